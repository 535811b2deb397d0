"""What is kept of a series in one minute, hour or day, how several become one, and quantiles of a histogram.

A row's values: {series: [count, total, low, high]}, of histograms [count, total, low, high, [buckets]]; a single number
stands for itself.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, zip_longest
from typing import Any, NamedTuple

from botcore.monitoring.history.series import SERIES, Kind, Series

DIGITS = 6  # that are kept of a number which is not whole
REMEMBERED = 1_500  # rows that a process keeps read: the minutes of a day, in some 10 MiB
MOST = 1e30  # far above all sums of what samples may hold

Buckets = tuple[int, ...]  # how many values each bucket holds, not those below it; empty ones at the end are left out


class Value(NamedTuple):  # not a dataclass: a page makes thousands
    """One value. Counters: `total` is the increase in `count` minutes, low and high those of one of them.

    Gauges: `total` is the sum of `count` values. Histograms too; low and high are bounds of buckets that hold any.
    """

    count: int  # type: ignore[assignment]  # in the place of the method of tuples
    total: float
    low: float
    high: float
    buckets: Sequence[int] = ()


Values = dict[str, Value]


class Remembered(dict[str, Value]):
    """Values of one row or of several together, which nobody changes: they are found again as the object they are."""

    __slots__ = ()
    __hash__ = object.__hash__  # type: ignore[assignment]  # dictionaries have none
    __eq__ = object.__eq__
    __ne__ = object.__ne__


def of_counter(increase: float) -> Value:
    """Return the value of a counter in one minute."""
    return Value(1, increase, increase, increase)


def of_gauge(value: float) -> Value:
    """Return what was measured once."""
    return Value(1, value, value, value)


def of_histogram(series: Series, total: float, buckets: Sequence[int]) -> Value:
    """Return the value of a histogram; without any values its bounds are 0."""
    filled = [number for number, count in enumerate(buckets[: len(series.bounds) + 1]) if count]
    if not filled:
        return Value(0, 0.0, 0.0, 0.0)
    low = series.bounds[filled[0] - 1] if filled[0] else 0.0
    high = series.bounds[min(filled[-1], len(series.bounds) - 1)]
    used = tuple(buckets[: filled[-1] + 1])
    return Value(sum(used), total, low, high, used)


def over_time(values: Sequence[Value]) -> Value:
    """Return what following minutes or hours are together."""
    counted = [value for value in values if value.count] or values
    if len(counted) == 1:
        return counted[0]
    counts, totals, lows, highs, buckets = zip(*counted, strict=True)
    return Value(sum(counts), sum(totals), min(lows), max(highs), add_buckets(buckets))


def add_buckets(many: Iterable[Sequence[int]]) -> Buckets:
    """Add buckets, one by one."""
    filled = [buckets for buckets in many if buckets]
    return tuple(map(sum, zip_longest(*filled, fillvalue=0))) if filled else ()


def over_processes(series: Series, values: Sequence[Value]) -> Value:
    """Return what several processes are together in one minute; of gauges the sum of their means."""
    if series.kind == Kind.HISTOGRAM:
        return of_histogram(series, sum(value.total for value in values), add_buckets(v.buckets for v in values))
    if series.kind == Kind.COUNTER:
        return of_counter(sum(value.total for value in values))
    mean = sum(value.total / value.count for value in values)
    return Value(1, mean, sum(value.low for value in values), sum(value.high for value in values))


def quantiles(series: Series, buckets: Sequence[int], shares: Iterable[float]) -> list[float]:
    """Return the values below which these shares of all lie, as Prometheus' histogram_quantile() does.

    Values are taken to lie evenly in their bucket; those above the last bound count as that bound.
    """
    below = list(accumulate(buckets))
    return [_quantile(series.bounds, below, share * below[-1]) for share in shares] if below else []


def _quantile(bounds: Sequence[float], below: Sequence[int], rank: float) -> float:
    number = bisect_left(below, rank)
    if number >= len(bounds):
        return bounds[-1]
    bound, seen = (bounds[number - 1], below[number - 1]) if number else (0.0, 0)
    return bound + (bounds[number] - bound) * (rank - seen) / (below[number] - seen)


def write_values(values: Mapping[str, Value]) -> str:
    """Return values as a row keeps them."""
    return json.dumps({name: _write(value) for name, value in values.items()}, separators=(",", ":"))


def read_row(text: str, names: Iterable[str]) -> Remembered:
    """Return what write_values() wrote of these series; raise ValueError or TypeError for what it did not write.

    It is remembered, and not to be changed: a page that refreshes itself shows the same past again and again.
    """
    return _remembered(text, tuple(names))


@lru_cache(maxsize=REMEMBERED)
def _remembered(text: str, names: tuple[str, ...]) -> Remembered:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError(f"no values by series, but {type(found).__name__}")
    return Remembered((name, _read(name, found[name])) for name in names if name in found)


def _write(value: Value) -> Any:
    if value.count == 1 and value.low == value.high == value.total and not value.buckets:
        return _short(value.total)
    numbers = [_short(number) for number in value[:4]]
    return [*numbers, value.buckets] if value.buckets else numbers


def _read(name: str, found: Any) -> Value:
    value = Value(*found) if isinstance(found, list) else Value(1, found, found, found)
    if not (0 < value.count < MOST or (value.count == 0 and SERIES[name].kind == Kind.HISTOGRAM)):
        raise ValueError(f"{name}: no count")
    if not (-MOST < value.total < MOST and -MOST < value.low < MOST and -MOST < value.high < MOST):
        raise ValueError(f"{name}: not a number")
    if value.buckets and not _are_counts(name, value.buckets):
        raise ValueError(f"{name}: no buckets")
    return value


def _are_counts(name: str, buckets: Sequence[int]) -> bool:
    return SERIES[name].kind == Kind.HISTOGRAM and min(buckets) >= 0 and 0 < sum(buckets) < MOST


def _short(number: float) -> Any:
    return int(number) if number == int(number) else float(f"{number:.{DIGITS}g}")
