"""What a bot tells the pages of its features at the start: they may not import them, and another release may run."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation

from botcore.pipeline.arguments import usage
from botcore.registry import Feature
from botcore.runtime.features import FeatureFacts


def facts(features: Iterable[Feature]) -> list[FeatureFacts]:
    """Return what is to be shown of each, in the order in which they are asked."""
    return [_facts(feature) for feature in features]


def _facts(feature: Feature) -> FeatureFacts:
    terms = feature.terms
    module = getattr(getattr(feature.handler, "callback", None), "__module__", "") or ""
    return FeatureFacts(
        name=feature.name,
        order=feature.order.name.lower(),
        usage=usage(feature.command, terms.arguments) if feature.command else "",
        help=_in_each_language(feature) if feature.help else {},
        role=terms.role,
        private=feature.private,
        in_menu=bool(feature.command and feature.help and not feature.hidden),
        retry=terms.retry,
        file=f"{module.replace('.', '/')}.py" if module else "",
    )


def _in_each_language(feature: Feature) -> dict[str, str]:
    found = {}
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            found[language] = str(feature.help)
    return found
