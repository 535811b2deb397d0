"""Text from people → checked values. Pure functions; a wrong value raises ValidationError with one sentence."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError

DEEP_LINK_LENGTH = 64  # core.telegram.org/bots/features#deep-linking


def one_of(value: str, allowed: Collection[str]) -> str:
    """Return the value when it is one of the allowed words."""
    if value not in allowed:
        raise ValidationError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(sorted(allowed))})
    return value


def deep_link_source(payload: str) -> str:
    """Return the payload of `/start PAYLOAD` without characters that do not print, at most 64 of them."""
    return "".join(character for character in payload if character.isprintable())[:DEEP_LINK_LENGTH]


def storable(text: str) -> str:
    """Return the text without what a database refuses: null characters and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
