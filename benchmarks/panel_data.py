"""Fills PostgreSQL as a bot of half a year would have: `fill(updates=5_000_000)`, in about two minutes.

Secondary indexes are made afterwards, which saves half of the time; pages read the tables as any others.
"""

import re
from datetime import timedelta
from pathlib import Path
from string import Template

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.history import one_value
from botcore import sql
from botcore.models import Job, JobRun, MetricSample, RunState, Step, UpdateCount, UpdateSum
from botcore.monitoring.history.periods import KEPT_DAYS, start
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.values import write_values

STATEMENTS = Path(__file__).with_suffix(".sql")
DAYS, RUNS = 180, 20_000
HANDLERS = ("start.start", "help.help", "settings.show", "feedback.keep", "about.about")
SECONDARY = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN
    (SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass)
"""


def fill(*, updates: int) -> None:
    """Write everything; a fifth of the updates is how many people there are."""
    fill_tables(updates=updates)
    _past()
    _run("VACUUM ANALYZE")


def fill_tables(*, updates: int) -> None:
    """Write what is not made by the minute."""
    text = Template(STATEMENTS.read_text()).substitute(updates=updates, people=updates // 5)
    with transaction.atomic():
        _run("SET LOCAL session_replication_role = replica")  # no row is checked against another table
        _run("SET LOCAL maintenance_work_mem = '1GB'")
        _run("SELECT setseed(0.7)")
        for statement in text.split(";\n\n"):
            _without_indexes(statement)


def _without_indexes(statement: str) -> None:
    """Write rows, and only then make the indexes that are no constraint."""
    found = re.search(r"^INSERT INTO (\w+)", statement, re.MULTILINE)
    indexes = sql.execute(SECONDARY, [found[1]] * 2) if found else []
    for name, _ in indexes:
        _run(f'DROP INDEX "{name}"')
    _run(statement)
    for _, definition in indexes:
        _run(definition)


def _run(statement: str) -> None:
    """Run a statement as it stands, percent signs and all."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _values(step: Step) -> str:
    """Return what a busy bot has in one row."""
    return write_values({name: one_value(series, step) for name, series in SERIES.items()})


def _past() -> None:
    """Write what the rollups keep, minutes for days and hours for months, and the runs of a job."""
    now = timezone.now()
    for step, days in KEPT_DAYS.items():
        times = [start(now, step) - n * timedelta(seconds=step) for n in range(min(days, DAYS) * Step.DAY // step)]
        samples = (MetricSample(step=step, at=at, values=_values(step)) for at in times)
        MetricSample.objects.bulk_create(samples, batch_size=1_000)
        counted = [
            {"kind": kind, "handler": handler, "state": state, "count": 9, "seconds": 0.5}
            for kind in ("message", "callback_query", "inline_query")
            for handler, state in (("", "received"), *((handler, "done") for handler in HANDLERS))
        ]
        if step == Step.MINUTE:
            minutes = (UpdateCount(minute=at, in_history=True, **one) for at in times for one in counted)
            UpdateCount.objects.bulk_create(minutes, batch_size=10_000)
        else:
            UpdateSum.objects.bulk_create(UpdateSum(step=step, at=at, **one) for at in times for one in counted)
    job = Job.objects.create(name="roll_up", schedule="every 60 s", next_at=now)
    ends = (now - n * timedelta(minutes=1) for n in range(RUNS, 0, -1))
    JobRun.objects.bulk_create(
        JobRun(job=job, owner="bot-1:7", state=RunState.DONE, due_at=at, started_at=at, ended_at=at) for at in ends
    )
