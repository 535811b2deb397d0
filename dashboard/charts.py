"""Numbers → shapes for a chart in SVG; the template draws them, the stylesheet colours them."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 100  # the chart's own units; the page stretches them
STEP = 10  # a bar of 8 between its gaps
GAP = 1


@dataclass(frozen=True)
class Words:
    """What a chart counts, and each of its bars stands for, such as "update" and "minute"."""

    counted: str
    period: str
    axis: tuple[str, ...]  # from the first bar to the last

    def count(self, number: int) -> str:
        """Return "1 update", "2 updates"."""
        return f"{number:,} {self.counted}{'' if number == 1 else 's'}"


MINUTES = Words("update", "minute", ("60 min ago", "45", "30", "15", "now"))
DAYS = Words("event", "day", ("28 d ago", "21", "14", "7", "today"))


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands and what it says; texts, because a template turns numbers into texts slowly."""

    x: str
    y: str
    height: str
    title: str
    period: str
    count: str


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right under a scale from 0 to `top`."""

    bars: list[Bar]
    top: int
    peak: int
    total: int
    words: Words = MINUTES

    @property
    def width(self) -> int:
        """Units from the first bar to the end of the last."""
        return len(self.bars) * STEP

    @property
    def middle(self) -> int:
        """Half of the scale."""
        return self.top // 2

    @property
    def label(self) -> str:
        """The chart in words."""
        total, period = self.words.count(self.total), self.words.period
        return f"{total} in the last {len(self.bars)} {period}s, at most {self.peak:,} in one {period}."


@dataclass(frozen=True)
class Sparkline:
    """A chart as small as a word: all its bars are one path."""

    path: str
    width: int
    label: str


def bar_chart(counts: Sequence[tuple[str, int]], words: Words = MINUTES) -> BarChart:
    """Return the bars of named counts; their scale ends at a round number."""
    peak = max((count for _, count in counts), default=0)
    top = round_up(peak)
    bars = [_bar(number, name, count, count / top * HEIGHT, words) for number, (name, count) in enumerate(counts)]
    return BarChart(bars, top, peak, sum(count for _, count in counts), words)


def sparkline(counts: Sequence[int], words: str) -> Sparkline:
    """Return small bars; a count that is not 0 can always be seen. `words` end the label, such as "hours"."""
    peak = max([1, *counts])
    heights = [max(8, count * HEIGHT // peak) if count else 2 for count in counts]
    path = "".join(f"M{n * STEP + GAP} {HEIGHT - high}h8v{high}h-8z" for n, high in enumerate(heights))
    label = f"{sum(counts):,} in the last {len(counts)} {words}s, at most {max([0, *counts]):,} in one {words}"
    return Sparkline(path, len(counts) * STEP, label)


def _bar(number: int, name: str, count: int, height: float, words: Words) -> Bar:
    return Bar(
        x=str(number * STEP + GAP),
        y=f"{HEIGHT - height:.2f}",
        height=f"{height:.2f}",
        title=f"{name} UTC: {words.count(count)}",
        period=name,
        count=str(count),
    )


def round_up(number: int) -> int:
    """Return the next of 2, 4, 10, 20, 40, 100 …: its half is a whole number too."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if number <= step * power:
                return step * power
        power *= 10
