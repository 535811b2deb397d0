"""Counts → a chart as small as a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from botcore.sentences.numerals import grouped
from dashboard.charts.shapes import GAP, HEIGHT, STEP


@dataclass(frozen=True)
class Sparkline:
    """All its bars are one path."""

    path: str
    width: int
    label: str


def sparkline(counts: Sequence[int], unit: str) -> Sparkline:
    """Return small bars; a count that is not 0 can always be seen. `unit` is "hour" or "day"."""
    peak = max([1, *counts])
    heights = [max(8, count * HEIGHT // peak) if count else 2 for count in counts]
    path = "".join(_bar(n, high) for n, high in enumerate(heights))
    told = {"sum": grouped(sum(counts)), "n": len(counts), "most": grouped(max([0, *counts]))}
    label = _("%(sum)s in the last %(n)s hours, at most %(most)s in one hour") % told
    if unit == "day":
        label = _("%(sum)s in the last %(n)s days, at most %(most)s in one day") % told
    return Sparkline(path, len(counts) * STEP, label)


@cache
def _bar(n: int, high: int) -> str:
    """Return a bar; there are a hundred heights of each."""
    return f"M{n * STEP + GAP} {HEIGHT - high}h8v{high}h-8z"
