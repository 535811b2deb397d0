"""A process' sample on its way to the rollup: the form of its record, and the recorder's writer.

values: counters {series: increase}, gauges {series: [count, sum, low, high]}, histograms {series: [sum, [buckets]]};
what did not change is left out.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from botcore.monitoring.clocks import read_clock
from botcore.monitoring.history.periods import start
from botcore.monitoring.history.series import SERIES, Kind
from botcore.monitoring.history.values import Buckets, Value, Values, of_counter, of_histogram
from botcore.monitoring.models import ProcessSample, Step
from botcore.validators import storable

SAMPLE = "sample"  # the recorder's kind of record
LATEST = timedelta(days=3)  # a sample that comes later is too late, unless the rollup stood still: see waiting.py
KEPT_AT_LEAST = timedelta(days=5)  # what late samples are added to: ProcessSample, UpdateCount, minutes and hours
FAST = timedelta(minutes=2)  # by how much a clock may be ahead
PROCESS_LENGTH = 100
MOST = 1e15  # that a number in a sample may be: no process counts more in a minute, and sums of such stay exact enough


def sample(
    process: str,
    minute: datetime,
    counters: Mapping[str, float],
    gauges: Mapping[str, Value],
    histograms: Mapping[str, tuple[float, Buckets]],
) -> dict[str, Any]:
    """Return the fields of a record."""
    values: dict[str, Any] = {name: round(increase, 6) for name, increase in counters.items() if increase}
    values |= {name: [value.count, value.total, value.low, value.high] for name, value in gauges.items()}
    values |= {name: [round(total, 6), counts] for name, (total, counts) in histograms.items() if any(counts)}
    return {"process": process, "minute": minute.isoformat(), "values": values}


def store_samples(batch: Sequence[dict[str, Any]]) -> None:
    """Write samples that carry their keys, each once; raise ValueError, TypeError or LookupError for what is none.

    One from the future comes from a clock that is ahead: it counts now. One that is too late is written, and the rollup
    gives it up.
    """
    now = read_clock().now
    rows = [_row(record, now) for record in batch]
    with transaction.atomic():
        ProcessSample.objects.bulk_create(rows, ignore_conflicts=True)


def _row(record: Mapping[str, Any], now: datetime) -> ProcessSample:
    at = datetime.fromisoformat(record["minute"])
    minute = start(at if at.tzinfo else at.replace(tzinfo=UTC), Step.MINUTE)
    values = _mapping(record["values"])
    for name, value in values.items():
        read_value(name, value)
    return ProcessSample(
        key=uuid.UUID(record["key"]),
        process=storable(record["process"])[:PROCESS_LENGTH],
        minute=minute if minute <= now + FAST else start(now, Step.MINUTE),
        values=json.dumps(values, separators=(",", ":")),
    )


def read_values(text: str) -> Values:
    """Return a row's values; raise ValueError or TypeError for a row that cannot be read."""
    try:
        found = json.loads(text)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
    return {name: read_value(name, value) for name, value in _mapping(found).items() if name in SERIES}


def read_value(name: str, value: Any) -> Value:
    """Return a series' value in a record; raise ValueError or TypeError for what is none."""
    series = SERIES.get(name)
    if series is None:  # of a newer version
        return Value(0, 0.0, 0.0, 0.0)
    if series.kind == Kind.COUNTER:
        return of_counter(_number(value))
    if series.kind == Kind.GAUGE:
        count, total, low, high = value
        return Value(int(_number(count, least=1)), _number(total), _number(low), _number(high))
    total, buckets = value
    return of_histogram(series, _number(total), tuple(int(_number(count, least=0)) for count in buckets))


def _mapping(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TypeError(f"no values by series, but {type(found).__name__}")
    return found


def _number(value: Any, *, least: float = -MOST) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = MOST
    if not least <= number < MOST:  # NaN is neither
        raise ValueError("not a number to keep")
    return number
