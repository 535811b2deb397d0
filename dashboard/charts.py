"""Numbers → shapes for a chart in SVG; the template draws them, the stylesheet colours them."""

from dataclasses import dataclass

from botcore.monitoring.selectors import Minute

HEIGHT = 100  # the chart's own units; the page stretches them
STEP = 10  # a bar of 8 between its gaps
GAP = 1


@dataclass(frozen=True)
class Bar:
    """One minute: where its bar stands and what it says; texts, because a template turns numbers into texts slowly."""

    x: str
    y: str
    height: str
    title: str
    minute: str
    count: str


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right under a scale from 0 to `top`."""

    bars: list[Bar]
    top: int
    peak: int
    total: int

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
        return f"{self.total} updates in the last {len(self.bars)} minutes, at most {self.peak} in one minute."


def bar_chart(minutes: list[Minute]) -> BarChart:
    """Return the bars; their scale ends at a round number."""
    peak = max((minute.count for minute in minutes), default=0)
    top = round_up(peak)
    bars = [_bar(number, minute, minute.count / top * HEIGHT) for number, minute in enumerate(minutes)]
    return BarChart(bars, top, peak, total=sum(minute.count for minute in minutes))


def _bar(number: int, minute: Minute, height: float) -> Bar:
    clock = f"{minute.start:%H:%M}"
    return Bar(
        x=str(number * STEP + GAP),
        y=f"{HEIGHT - height:.2f}",
        height=f"{height:.2f}",
        title=f"{clock} UTC: {minute.count} update{'' if minute.count == 1 else 's'}",
        minute=clock,
        count=str(minute.count),
    )


def round_up(number: int) -> int:
    """Return the next of 2, 4, 10, 20, 40, 100 …: its half is a whole number too."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if number <= step * power:
                return step * power
        power *= 10
