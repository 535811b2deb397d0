"""Samples for the tests of the history, as processes put them on record."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botcore.monitoring.history.samples import sample, store_samples
from botcore.monitoring.history.values import Buckets, Value, of_gauge, read_row
from botcore.monitoring.models import MetricSample, Step, UpdateCount

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def record(
    process: str,
    minute: datetime,
    counters: Mapping[str, float] | None = None,
    gauges: Mapping[str, float] | None = None,
    histograms: Mapping[str, tuple[float, Buckets]] | None = None,
) -> dict[str, Any]:
    """Return a record with a key, as the recorder hands it over."""
    measured = {name: of_gauge(value) for name, value in (gauges or {}).items()}
    fields = sample(process, minute, counters or {}, measured, histograms or {})
    return {**fields, "key": uuid.uuid4().hex}


def keep(process: str, minute: datetime, **counters: float) -> None:
    """Store a sample with some counters."""
    store_samples([record(process, minute, counters)])


def count(minute: datetime, number: int, state: str = "received", kind: str = "message", handler: str = "") -> None:
    """Count updates of a minute."""
    UpdateCount.objects.create(minute=minute, kind=kind, handler=handler, state=state, count=number, seconds=number / 2)


def kept(series: str, step: Step) -> dict[datetime, Value]:
    """Return what the history says of a series."""
    found = {row.at: read_row(row.values, [series]) for row in MetricSample.objects.filter(step=step).order_by("at")}
    return {at: values[series] for at, values in found.items() if values}


def totals(series: str, step: Step) -> dict[datetime, float]:
    """Return the sums of a series."""
    return {at: value.total for at, value in kept(series, step).items()}
