"""Reading the history: some series over a range, in points that a chart or a table shows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from math import ceil
from typing import NamedTuple

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.monitoring.history.periods import step_for, suiting
from botcore.monitoring.history.series import SERIES, Series
from botcore.monitoring.history.store import read_history, read_samples
from botcore.monitoring.history.values import Remembered, Value, over_time, quantiles
from botcore.monitoring.models import Step

LONGEST = timedelta(days=5 * 366)
TOGETHER = {Step.MINUTE: (1, 2, 5, 10, 15, 30), Step.HOUR: (1, 2, 3, 6, 12), Step.DAY: (1, 2, 3, 7, 14, 28)}  # steps
SHARES = (0.5, 0.95, 0.99)
NEWS = timedelta(minutes=10)  # a minute that ended longer ago is not the latest
REMEMBERED = 700  # times with their points that a process keeps: the charts of five ranges, in some 5 MiB


class Point(NamedTuple):  # not a dataclass: a page makes thousands
    """A series in one period. Values of several processes are added up.

    Of counters `total` is the increase; low, mean and high are those of its minutes. Of gauges all three are what was
    measured. Of histograms `count` values were seen, `total` is their sum, low and high are bounds of buckets; of
    others `count` is how many minutes are known.
    """

    at: datetime
    count: int  # type: ignore[assignment]  # in the place of the method of tuples
    total: float
    low: float
    high: float
    mean: float | None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None

    @property
    def rate(self) -> float:
        """Of a counter: how much a second, in the minutes that are known."""
        return self.total / (Step.MINUTE * self.count)


@dataclass(frozen=True)
class Line:
    """A series over the whole range: a point for each of History.times, None where nothing is known."""

    series: Series
    points: list[Point | None]
    values: list[Value] = field(repr=False)  # of the points that are known

    @cached_property
    def whole(self) -> Point | None:
        """All points together."""
        first = next((point for point in self.points if point), None)
        return _point(self.series, first.at, over_time(self.values)) if first else None


@dataclass(frozen=True)
class History:
    """Series side by side. `times` are where their points begin; a point is `width` long, one or more steps."""

    step: Step
    width: timedelta
    times: list[datetime]
    lines: dict[str, Line]


def history(
    series: Sequence[str], *, since: datetime, until: datetime, now: datetime | None = None, most: int | None = None
) -> History:
    """Return the named series from `since` to `until`: minutes up to a day, hours up to 31 days, else days.

    When that is more points than `most`, a point is several of them together: 5 minutes, 2 hours and so on.
    Raise ValidationError for a name that there is not, or a range that ends before it begins.
    """
    chosen = [_named(name) for name in series]
    now = now or timezone.now()
    until = min(until, now)
    if until <= since:
        raise ValidationError("The range ends before it begins.")
    since = max(since, until - LONGEST)
    widths = {step: _width(step, until - since, most) for step in suiting(until - since)}
    firsts = {step: int(since.timestamp()) // width * width for step, width in widths.items()}
    read, oldest = read_history(
        series, {step: (datetime.fromtimestamp(first, UTC), until) for step, first in firsts.items()}
    )
    step = step_for(since, until, oldest)
    width, first = widths[step], firsts[step]
    times = {second: datetime.fromtimestamp(second, UTC) for second in range(first, ceil(until.timestamp()), width)}
    found = _together(read[step], width, step)
    points = {second: _points(second, values) for second, values in found.items()}
    lines = {one.name: _line(one, found, [points.get(second) for second in times]) for one in chosen}
    return History(step, timedelta(seconds=width), list(times.values()), lines)


def latest(series: Sequence[str], *, now: datetime | None = None) -> dict[str, Point | None]:
    """Return the newest minute of each series; None when it is more than ten minutes old."""
    chosen = [_named(name) for name in series]
    now = now or timezone.now()
    found = read_samples(series, Step.MINUTE, now - NEWS, now)
    newest: dict[str, Point | None] = {one.name: None for one in chosen}
    for second, values in found.items():
        newest |= _points(second, values)
    return newest


def _width(step: Step, length: timedelta, most: int | None) -> int:
    """Return how many seconds one point stands for."""
    fits = (step * many for many in TOGETHER[step] if most is None or length / timedelta(seconds=step * many) <= most)
    return next(fits, step * TOGETHER[step][-1])


def _together(found: dict[int, Remembered], width: int, step: Step) -> dict[int, Remembered]:
    """Return what lies within the same `width` seconds as one."""
    if width == step:
        return found
    parts: dict[int, list[Remembered]] = defaultdict(list)
    for second, values in found.items():
        parts[second - second % width].append(values)
    return {second: _as_one(tuple(many)) for second, many in parts.items()}


@lru_cache(maxsize=REMEMBERED)
def _as_one(many: tuple[Remembered, ...]) -> Remembered:
    names = dict.fromkeys(name for values in many for name in values)
    return Remembered((name, over_time([values[name] for values in many if name in values])) for name in names)


@lru_cache(maxsize=REMEMBERED)
def _points(second: int, values: Remembered) -> dict[str, Point]:
    """Return the points of a time by their series; they are remembered, and not to be changed."""
    at = datetime.fromtimestamp(second, UTC)
    return {name: _point(SERIES[name], at, value) for name, value in values.items()}


def _line(series: Series, found: Mapping[int, Remembered], times: Sequence[dict[str, Point] | None]) -> Line:
    """Return a series' points at these times, in each of which some series are known."""
    name = series.name
    points = [named.get(name) if named else None for named in times]
    return Line(series, points, [values[name] for values in found.values() if name in values])


def _named(name: str) -> Series:
    if name not in SERIES:
        raise ValidationError(f"There is no series named {name}.")
    return SERIES[name]


def _point(series: Series, at: datetime, value: Value) -> Point:
    mean = value.total / value.count if value.count else None
    return Point(at, *value[:4], mean, *quantiles(series, value.buckets, SHARES))
