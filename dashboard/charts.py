"""Numbers → shapes for a chart in SVG; the template draws them, the stylesheet colours them."""

from dataclasses import dataclass
from datetime import datetime

from botcore.monitoring.selectors import Minute

HEIGHT = 100  # the chart's own units; the page stretches them
STEP = 10  # a bar and its gap


@dataclass(frozen=True)
class Bar:
    """One minute: where its bar stands and what it counts."""

    x: int
    y: float
    height: float
    start: datetime
    count: int


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right under a scale from 0 to `top`."""

    bars: list[Bar]
    top: int
    peak: int

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
        total = sum(bar.count for bar in self.bars)
        return f"{total} updates in the last {len(self.bars)} minutes, at most {self.peak} in one minute."


def bar_chart(minutes: list[Minute]) -> BarChart:
    """Return the bars; their scale ends at a round number."""
    peak = max((minute.count for minute in minutes), default=0)
    top = round_up(peak)
    heights = [round(minute.count / top * HEIGHT, 2) for minute in minutes]
    bars = [
        Bar(number * STEP, round(HEIGHT - height, 2), height, minute.start, minute.count)
        for number, (minute, height) in enumerate(zip(minutes, heights, strict=True))
    ]
    return BarChart(bars, top, peak)


def round_up(number: int) -> int:
    """Return the next of 2, 4, 10, 20, 40, 100 …: its half is a whole number too."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if number <= step * power:
                return step * power
        power *= 10
