"""Round times below a chart, at most six of them. They are in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LATE = timedelta(minutes=3)  # what happened since then is not in the history yet
MOST = 6
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 10_080, 14_400)
MONTHS = (1, 2, 3, 6, 12, 24)
MARGIN = 0.02  # a name nearer to an end than this share would stand outside


@dataclass(frozen=True, slots=True)
class Names:
    """How times are written: a minute, a day, a month, and a month with its year."""

    minute: str
    day: str
    month: str
    year: str


ENGLISH = Names("%H:%M", "%d %b", "%b", "%b %Y")
NUMERIC = Names("%H:%M", "%m-%d", "%Y-%m", "%Y-%m")  # the same in every language


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis: `share` of the way from the left, and its name."""

    share: float
    name: str

    @property
    def percent(self) -> str:
        """Its place, for SVG."""
        return f"{self.share * 100:.2f}%"


def ticks(since: datetime, until: datetime, names: Names = ENGLISH) -> list[Tick]:
    """Return round times between two moments."""
    length = until - since
    found = [Tick((at - since) / length, f"{at:{form}}") for at, form in _round_times(since, until, names)]
    return [tick for tick in found if MARGIN <= tick.share <= 1 - MARGIN]


def _round_times(since: datetime, until: datetime, names: Names) -> Iterator[tuple[datetime, str]]:
    """Yield round times, each with the form of its name."""
    length = until - since
    for minutes in MINUTES:
        step = timedelta(minutes=minutes)
        if length <= step * MOST:
            return _multiples(since, until, step, names)
    return _months(since, until, names)


def _multiples(since: datetime, until: datetime, step: timedelta, names: Names) -> Iterator[tuple[datetime, str]]:
    seconds = int(step.total_seconds())
    for second in range(-int(-since.timestamp() // seconds) * seconds, int(until.timestamp()) + 1, seconds):
        at = datetime.fromtimestamp(second, UTC)
        is_day = not (at.hour or at.minute)
        yield at, names.day if is_day and until - since > timedelta(hours=2) else names.minute


def _months(since: datetime, until: datetime, names: Names) -> Iterator[tuple[datetime, str]]:
    months = (until - since) / timedelta(days=30)
    step = next((step for step in MONTHS if months <= step * MOST), MONTHS[-1])
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    for number in range(first - first % step, last + 1, step):
        at = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if since <= at <= until:
            yield at, names.year if step >= 12 or at.month == 1 else names.month
