"""What charts over the same time share: names of their points, round times below them, and parts to click at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from dashboard.ranges import Range

LATE = timedelta(minutes=3)  # what happened since then is not in the history yet
MOST = 6
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200)
MONTHS = (1, 2, 3, 6, 12, 24)
MARGIN = 0.02  # a name nearer to an end than this share would stand outside


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis: `share` of the way from the left, and its name."""

    share: float
    name: str

    @property
    def percent(self) -> str:
        """Its place, for SVG."""
        return f"{self.share * 100:.2f}%"


@dataclass(frozen=True, slots=True)
class Part:
    """Points that lead to the same window: which, its query, and when they are."""

    first: int
    count: int
    query: str
    words: str


@dataclass(frozen=True)
class Axis:
    """Points side by side, each `seconds` long; `settled` are so many of which all is known that ever will be."""

    words: str
    first: int  # where they begin, in seconds since 1970
    seconds: int
    moments: list[str]
    settled: int
    ticks: list[Tick]
    parts: list[Part]


def axis(times: Sequence[datetime], width: timedelta, chosen: Range) -> Axis:
    """Return what charts of these points share."""
    return Axis(
        words=chosen.words,
        first=int(times[0].timestamp()),
        seconds=int(width.total_seconds()),
        moments=[chosen.moment(at) for at in times],
        settled=sum(at + width <= chosen.now - LATE for at in times),
        ticks=ticks(times[0], times[-1] + width),
        parts=list(_parts(times, width, chosen)),
    )


def _parts(times: Sequence[datetime], width: timedelta, chosen: Range) -> Iterator[Part]:
    for window, run in groupby(range(len(times)), key=lambda at: chosen.closer(times[at] + width / 2)):
        numbers = list(run)
        first, last = times[numbers[0]], times[numbers[-1]] + width
        yield Part(numbers[0], len(numbers), window.query, f"{chosen.moment(first)} to {chosen.moment(last)}")


def ticks(since: datetime, until: datetime) -> list[Tick]:
    """Return round times between two moments."""
    length = until - since
    found = [Tick((at - since) / length, name) for at, name in _round_times(since, until)]
    return [tick for tick in found if MARGIN <= tick.share <= 1 - MARGIN]


def _round_times(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    length = until - since
    for minutes in MINUTES:
        step = timedelta(minutes=minutes)
        if length <= step * MOST:
            return _multiples(since, until, step)
    return _months(since, until)


def _multiples(since: datetime, until: datetime, step: timedelta) -> Iterator[tuple[datetime, str]]:
    seconds = int(step.total_seconds())
    for second in range(-int(-since.timestamp() // seconds) * seconds, int(until.timestamp()) + 1, seconds):
        at = datetime.fromtimestamp(second, UTC)
        is_day = not (at.hour or at.minute)
        yield at, f"{at:%d %b}" if is_day and until - since > timedelta(hours=2) else f"{at:%H:%M}"


def _months(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    months = (until - since) / timedelta(days=30)
    step = next((step for step in MONTHS if months <= step * MOST), MONTHS[-1])
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    for number in range(first - first % step, last + 1, step):
        at = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        if since <= at <= until:
            yield at, f"{at:%b %Y}" if step >= 12 or at.month == 1 else f"{at:%b}"
