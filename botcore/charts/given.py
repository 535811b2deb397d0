"""What any chart is made of: its names, its unit, and the numbers of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from botcore.charts.scales import Unit

Numbers = Sequence[float | None]  # None where nothing is known


@dataclass(frozen=True)
class Given:
    """A chart's names and its lines: of each its name, the name of its look, and its numbers at equal steps."""

    name: str
    title: str
    help: str
    lines: Sequence[tuple[str, str, Numbers]]
    unit: Unit = Unit.NUMBER
    suffix: str = ""  # said after each value, such as "/min"
    whole: bool = False


@dataclass(frozen=True)
class ChartOver:
    """A chart over a time that its numbers divide evenly; of what is later than `settled` more may become known."""

    given: Given
    since: datetime
    until: datetime
    settled: datetime

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is known of all that time."""
        return all(value is None for _, _, numbers in self.given.lines for value in numbers)
