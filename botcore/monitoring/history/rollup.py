"""The rollup: samples of processes and counts of updates → minutes → hours → days. A job, each minute.

Each step is computed anew from all that the finer one has, and replaces what was there; a transaction holds a few
minutes with all that follows from them. So it may end anywhere, run twice, or meet a sample that comes late.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from botcore import sql
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.history.facts import DATABASE, sample_database
from botcore.monitoring.history.periods import start, starts
from botcore.monitoring.history.samples import read_values
from botcore.monitoring.history.series import SERIES, Kind
from botcore.monitoring.history.store import note_counts, read_samples, sum_updates, write_samples
from botcore.monitoring.history.values import Value, Values, of_counter, of_gauge, over_processes, over_time
from botcore.monitoring.history.waiting import give_up, waiting_minutes
from botcore.monitoring.models import ProcessSample, Step, UpdateCount
from botcore.monitoring.rollups import RECEIVED

logger = logging.getLogger(__name__)

AT_ONCE = 30  # minutes in one transaction
FAILED = ("dead", "quarantined")
UPDATES = ("updates_received", "updates_processed", "updates_failed")
SUMMED = [name for name, series in SERIES.items() if series.kind != Kind.GAUGE and name not in UPDATES]


def roll_up(now: datetime | None = None, *, check: Callable[[], None] = lambda: None) -> int:
    """Bring what is new into the history; return how many minutes that were. `check` may raise between two parts."""
    now = now or read_clock().now
    sample_database(now)
    give_up(now)
    done, after = 0, None
    while minutes := _roll_up_some(now, after):
        done, after = done + len(minutes), minutes[-1]  # what waits again, or still, is for the next time
        check()
    return done


@transaction.atomic
def _roll_up_some(now: datetime, after: datetime | None) -> list[datetime]:
    """Bring the oldest minutes that wait, of those after the last ones, into the history and return them."""
    sql.one_at_a_time("history")
    minutes = waiting_minutes(after, start(now, Step.MINUTE), now, AT_ONCE)
    if not minutes:
        return []
    samples, counts = _samples(minutes), _counts(minutes)
    write_samples(Step.MINUTE, {minute: _minute(samples[minute], counts[minute]) for minute in minutes})
    hours, days = starts(minutes, Step.HOUR), starts(minutes, Step.DAY)
    _gather(Step.MINUTE, Step.HOUR, hours)
    _gather(Step.HOUR, Step.DAY, days)
    sum_updates(hours, days)
    read = [row.pk for rows in samples.values() for row in rows]
    ProcessSample.objects.filter(pk__in=read, in_history=False).update(in_history=True)
    note_counts(sorted((row.pk, row.count) for rows in counts.values() for row in rows))
    return minutes


def _samples(minutes: Sequence[datetime]) -> dict[datetime, list[ProcessSample]]:
    found = defaultdict(list)
    for row in ProcessSample.objects.filter(minute__in=minutes):
        found[row.minute].append(row)
    return found


def _counts(minutes: Sequence[datetime]) -> dict[datetime, list[UpdateCount]]:
    found = defaultdict(list)
    for row in UpdateCount.objects.filter(minute__in=minutes):
        found[row.minute].append(row)
    return found


def _minute(samples: Iterable[ProcessSample], counts: Sequence[UpdateCount]) -> Values:
    """Return all series of a minute. What bots did not count is 0; without any bot it is not known."""
    by_process: dict[str, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for row in samples:
        for name, value in _read(row).items():
            by_process[row.process][name].append(value)
    ours = by_process.pop(DATABASE, {})
    bots = [{name: over_time(values) for name, values in named.items()} for named in by_process.values()]
    found = {name: values[0] for name, values in ours.items()}
    for name, series in SERIES.items():
        values = [bot[name] for bot in bots if name in bot]
        if values or (bots and name in SUMMED):
            found[name] = over_processes(series, values)
    if bots:
        found["processes"] = of_gauge(len(bots))
    if bots or counts:
        found |= _updates(counts)
    return found


def _read(row: ProcessSample) -> Values:
    """Return a sample's values, none of one that cannot be read: the others of its minute count without it."""
    try:
        return read_values(row.values)
    except (ValueError, TypeError) as exc:
        if not row.in_history:  # else it was said before
            logger.error("a process' sample cannot be read and does not count: row %d, %s", row.pk, exc)  # noqa: TRY400
        return {}


def _updates(counts: Iterable[UpdateCount]) -> Values:
    received = processed = failed = 0
    for row in counts:
        if row.state == RECEIVED:
            received += row.count
        else:
            processed += row.count
            failed += row.count if row.state in FAILED else 0
    return dict(zip(UPDATES, map(of_counter, (received, processed, failed)), strict=True))


def _gather(finer: Step, step: Step, firsts: Iterable[datetime]) -> None:
    """Compute hours or days anew from all that the finer step has of them."""
    for first in firsts:
        by_name: dict[str, list[Value]] = defaultdict(list)
        for values in read_samples(list(SERIES), finer, first, first + timedelta(seconds=step)).values():
            for name, value in values.items():
                by_name[name].append(value)
        write_samples(step, {first: {name: over_time(values) for name, values in by_name.items()}})
