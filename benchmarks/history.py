"""A year of history: its size and how fast a page reads it. `python -m benchmarks.history`, with TEST_DATABASE set."""

import json
import random
import statistics
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.test.utils import get_runner
from django.utils import timezone

import benchmarks  # noqa: F401 (sets Django up)
from botcore import sql
from botcore.models import MetricSample, ProcessSample, Step, UpdateCount, UpdateSum
from botcore.monitoring.history.periods import KEPT_DAYS, start
from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.history.samples import KEPT_AT_LEAST, sample, store_samples
from botcore.monitoring.history.selectors import history
from botcore.monitoring.history.series import SERIES, Kind, Series
from botcore.monitoring.history.values import Value, of_counter, of_gauge, write_values
from tests import environment

YEAR, PROCESSES, ROUNDS, BATCH = 365, 4, 20, 5_000
KINDS, HANDLERS = 5, 15  # and all of them in each minute: a busy bot
PAGE = (
    "updates_received", "updates_processed", "updates_failed", "update_delay", "update_processing", "handler_errors",
    "inbox_pending", "api_requests", "api_duration", "flood_waits", "memory", "loop_lag",
)  # fmt: skip
RANGES = {"hour": 1 / 24, "day": 1, "week": 7, "month": 31, "year": YEAR}
CHANCE = random.Random(7)


def main() -> None:
    """Fill a test database, measure, and remove it."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    now = timezone.now()
    print(f"{environment.SERVER.version if environment.SERVER else 'SQLite'}, {len(SERIES)} series, {YEAR} days")
    tables: dict[type[models.Model], Iterable[models.Model]] = {
        MetricSample: samples(now),
        ProcessSample: process_samples(now),
        UpdateCount: counts(now),
        UpdateSum: sums(now),
    }
    for model, rows in tables.items():
        fill(model, rows)
    sql.execute("ANALYZE")
    read(now)
    show()
    write(now)
    runner.teardown_databases(databases)
    if environment.SERVER:
        environment.SERVER.stop()


def fill(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write rows and tell how much room they take."""
    before, number, batch = size(model), 0, []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            number += len(model._default_manager.bulk_create(batch))
            batch = []
    number += len(model._default_manager.bulk_create(batch))
    print(f"  {model.__name__:14} {number:8,} rows  {(size(model) - before) / 2**20:6.1f} MiB")


def size(model: type[models.Model]) -> int:
    """Return the bytes of a table with its indexes; on SQLite, of the whole file."""
    if sql.is_postgresql():
        ((found,),) = sql.execute("SELECT pg_total_relation_size(%s)", [model._meta.db_table])
    else:
        ((pages,),), ((page,),) = sql.execute("PRAGMA page_count"), sql.execute("PRAGMA page_size")
        found = pages * page
    return int(found)


def times(step: Step, now: datetime, days: int) -> Iterator[datetime]:
    """Yield what is kept of a step after so many days."""
    end = start(now, step)
    for number in range(int(days * Step.DAY / step), 0, -1):
        yield end - number * timedelta(seconds=step)


def samples(now: datetime) -> Iterator[MetricSample]:
    """Yield what is there after a year: minutes, hours and days as long as they are kept."""
    for step, days in KEPT_DAYS.items():
        for at in times(step, now, min(days, YEAR)):
            values = {name: one_value(series, step) for name, series in SERIES.items()}
            yield MetricSample(step=step, at=at, values=write_values(values))


def one_value(series: Series, step: Step) -> Value:
    """Return numbers as a busy bot has them."""
    if series.kind == Kind.HISTOGRAM:
        buckets = tuple(CHANCE.randrange(20 * step) for _ in series.bounds[:9])
        return Value(sum(buckets), CHANCE.random() * 100 * step, 0.001, 2.5, buckets)
    numbers = sorted(CHANCE.randrange(2_000_000) for _ in range(3))
    if series.kind == Kind.GAUGE:
        return Value(step // Step.MINUTE, numbers[1] * step / Step.MINUTE, numbers[0], numbers[2])
    low, high, total = numbers
    return of_counter(total) if step == Step.MINUTE else Value(step // Step.MINUTE, total, low, high)


def process_samples(now: datetime) -> Iterator[ProcessSample]:
    """Yield the samples of all processes."""
    for minute in times(Step.MINUTE, now, KEPT_AT_LEAST.days):
        for process in range(PROCESSES):
            text = json.dumps(one_record(f"web-1:{process}", minute)["values"], separators=(",", ":"))
            yield ProcessSample(
                key=uuid.uuid4(), process=f"web-1:{process}-ab12", minute=minute, values=text, in_history=True
            )


def one_record(process: str, minute: datetime) -> dict[str, object]:
    """Return what a busy process puts on record."""
    counters = {name: CHANCE.randrange(1000) for name, series in SERIES.items() if series.kind == Kind.COUNTER}
    gauges = {name: of_gauge(CHANCE.random() * 1e6) for name in ("updates_in_progress", "memory", "records_spooled")}
    buckets = tuple(CHANCE.randrange(1000) for _ in range(9))
    histograms = {name: (12.5, buckets) for name, series in SERIES.items() if series.kind == Kind.HISTOGRAM}
    return {**sample(process, minute, counters, gauges, histograms), "key": uuid.uuid4().hex}


def combinations() -> Iterator[tuple[str, str, str]]:
    """Yield kind, handler and state of what is counted in one minute."""
    kinds = [f"kind_of_update_{number}" for number in range(KINDS)]
    yield from ((kind, "", "received") for kind in kinds)
    for number in range(HANDLERS):
        yield kinds[number % KINDS], f"feature.handler_{number}", "done"


def counts(now: datetime) -> Iterator[UpdateCount]:
    """Yield the counts of updates by the minute."""
    for minute in times(Step.MINUTE, now, KEPT_AT_LEAST.days):
        for kind, handler, state in combinations():
            yield UpdateCount(
                minute=minute, kind=kind, handler=handler, state=state, count=9, seconds=0.5, in_history=True
            )


def sums(now: datetime) -> Iterator[UpdateSum]:
    """Yield the same by hours and days."""
    for step in (Step.HOUR, Step.DAY):
        for at in times(step, now, min(KEPT_DAYS[step], YEAR)):
            for kind, handler, state in combinations():
                yield UpdateSum(step=step, at=at, kind=kind, handler=handler, state=state, count=540, seconds=30.5)


def read(now: datetime) -> None:
    """Tell how long a page's series take."""
    for name, days in RANGES.items():
        history(PAGE, since=now - timedelta(days=days), until=now)
        wall, cpu = [], []
        for _ in range(ROUNDS):
            began = time.perf_counter(), time.process_time()
            past = history(PAGE, since=now - timedelta(days=days), until=now)
            wall.append((time.perf_counter() - began[0]) * 1000)
            cpu.append((time.process_time() - began[1]) * 1000)
        points = sum(point is not None for line in past.lines.values() for point in line.points)
        print(
            f"  {len(PAGE)} series of a {name:5} {points:6,} points  median {statistics.median(wall):5.1f} ms  "
            f"p95 {sorted(wall)[int(ROUNDS * 0.95)]:5.1f} ms  CPU {statistics.median(cpu):5.1f} ms"
        )


def show() -> None:
    """Tell how long the page Monitoring takes, as a whole."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("operator"))
    for name in RANGES:
        client.get(f"/monitoring/?range={name}")
        wall, cpu = [], []
        for _ in range(ROUNDS):
            began = time.perf_counter(), time.process_time()
            size = len(client.get(f"/monitoring/?range={name}").content)
            wall.append((time.perf_counter() - began[0]) * 1000)
            cpu.append((time.process_time() - began[1]) * 1000)
        print(
            f"  the page of a {name:5} {size / 1024:4.0f} KiB  median {statistics.median(wall):5.1f} ms  "
            f"p95 {sorted(wall)[int(ROUNDS * 0.95)]:5.1f} ms  CPU {statistics.median(cpu):5.1f} ms"
        )


def write(now: datetime) -> None:
    """Tell how long the rollup of a minute takes."""
    wall, cpu = [], []
    for number in range(ROUNDS):
        minute = now + number * timedelta(minutes=1)
        store_samples([one_record(f"web-1:{process}", now) for process in range(PROCESSES)])
        began = time.perf_counter(), time.process_time()
        roll_up(minute + timedelta(minutes=1))
        wall.append((time.perf_counter() - began[0]) * 1000)
        cpu.append((time.process_time() - began[1]) * 1000)
    print(f"  the rollup of a minute  median {statistics.median(wall):5.1f} ms  CPU {statistics.median(cpu):5.1f} ms")


if __name__ == "__main__":
    main()
