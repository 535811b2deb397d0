"""Counts → a chart as small as a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.shapes import GAP, HEIGHT, STEP


@dataclass(frozen=True)
class Sparkline:
    """All its bars are one path."""

    path: str
    width: int
    label: str


def sparkline(counts: Sequence[int], words: str) -> Sparkline:
    """Return small bars; a count that is not 0 can always be seen. `words` end the label, such as "hours"."""
    peak = max([1, *counts])
    heights = [max(8, count * HEIGHT // peak) if count else 2 for count in counts]
    path = "".join(f"M{n * STEP + GAP} {HEIGHT - high}h8v{high}h-8z" for n, high in enumerate(heights))
    label = f"{sum(counts):,} in the last {len(counts)} {words}s, at most {max([0, *counts]):,} in one {words}"
    return Sparkline(path, len(counts) * STEP, label)
