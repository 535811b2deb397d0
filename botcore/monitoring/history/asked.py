"""What a person asks of the history by words: which chart over which time, or a guess at what was meant."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.monitoring.history.chart_selectors import SPANS, chart_names, series_names
from botcore.validators import closest

USUAL = "1d"


@dataclass(frozen=True)
class Asked:
    """A chart's name, "" for none, and one of SPANS."""

    name: str
    span: str


def asked(name: str, span: str = "") -> Asked:
    """Return what the words mean; raise ValidationError for a chart or a time that there is not."""
    if not span and name in SPANS:
        name, span = "", name
    name, span = name.lower(), (span or USUAL).lower()
    known = {**chart_names(), **series_names()}
    if name and name not in known:
        raise ValidationError(_unknown(name, closest(name, known)))
    if span not in SPANS:
        words = _("There is no range %(range)s. There are: %(choices)s.")
        raise ValidationError(words % {"range": span[:20], "choices": ", ".join(SPANS)})
    return Asked(name, span)


def _unknown(name: str, guess: str) -> str:
    words = {"name": name[:40], "guess": guess}
    if guess:
        return _("There is no chart %(name)s: did you mean %(guess)s?") % words
    return _("There is no chart %(name)s: /metrics lists them.") % words
