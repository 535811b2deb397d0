"""Jobs for tests: plans that are made on the spot, and rows moved in time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from botcore.models import Job, JobRun
from botcore.runtime.jobs import store
from botcore.runtime.jobs.registry import Plan, job, plan_of
from botcore.runtime.jobs.run import Outcome, Run
from botcore.runtime.jobs.store import Claim
from botcore.runtime.models import RunState

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
LEASE = 60.0  # seconds
DONE = Outcome(RunState.DONE, "done")
FAILED = Outcome(RunState.FAILED, "ValueError: no")


def plan(work: Callable[[Run], str] = lambda _: "done", name: str = "work", **words: Any) -> Plan:
    """Return what @job makes of a function: hourly, if nothing else is said."""
    if not {"every", "cron"} & set(words):
        words["every"] = HOUR

    def fresh(run: Run) -> str:
        return work(run)

    found = plan_of(job(name, **words)(fresh))
    assert found
    return found


def move(name: str = "work", **by: timedelta) -> None:
    """Let times of a job be so long from now: `move(next_at=-HOUR)`."""
    Job.objects.filter(name=name).update(**{column: timezone.now() + time for column, time in by.items()})


def row(name: str = "work") -> Job:
    """Return a job's row."""
    return Job.objects.get(name=name)


def next_at(name: str = "work") -> datetime:
    """Return when the job is due."""
    at = row(name).next_at
    assert at
    return at


def states(name: str = "work") -> list[str]:
    """Return how the runs stand, oldest first."""
    return list(JobRun.objects.filter(job__name=name).order_by("pk").values_list("state", flat=True))


def claim(*plans: Plan, process: str = "a", seconds: float = LEASE) -> list[Claim]:
    """Begin what is due."""
    return store.claim(plans, process=process, most=10, seconds=seconds)
