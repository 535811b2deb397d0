"""Reading jobs: how each stands, and what its runs came to; why one failed only for who sees errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max
from django.utils import timezone

from botcore.monitoring.selectors import is_bot_alive
from botcore.paging import Keyset, Page
from botcore.people.privacy import hidden_error
from botcore.runtime.models import Job, JobRun, RunState

STALE = timedelta(minutes=5)  # a job that is due for so long, and does not run, is nobody's


@dataclass(frozen=True)
class RunFacts:
    """One run."""

    pk: int
    state: str
    label: str
    by: str
    process: str
    due_at: datetime
    started_at: datetime
    ended_at: datetime | None
    words: str

    @property
    def took_ms(self) -> float | None:
        """Return how long it took; None while it goes on."""
        return (self.ended_at - self.started_at).total_seconds() * 1000 if self.ended_at else None


@dataclass(frozen=True)
class JobFacts:
    """How a job stands."""

    pk: int
    name: str
    schedule: str
    is_paused: bool
    paused_by: str
    next_at: datetime | None  # None: no longer declared
    wanted_at: datetime | None
    wanted_by: str
    last_success_at: datetime | None
    failures: int  # in a row
    is_stale: bool  # due for minutes, and no process takes it
    is_running: bool
    is_due: bool  # its time has come, and it does not run
    is_missed: bool  # due, and no bot process is alive to take it
    last: RunFacts | None

    @property
    def light(self) -> str:
        """Return ok, warning, failed, off, or new for one that never ran."""
        if self.is_stale or self.failures > 1:
            return "failed"
        if self.is_paused or self.next_at is None:
            return "off"
        if self.failures or self.is_missed:
            return "warning"
        return "ok" if self.last or self.last_success_at else "new"

    @property
    def trouble(self) -> str:
        """Say in a few words what is wrong; "" when nothing is."""
        if self.is_stale:
            return "It is due, and no bot takes it: does one run?"
        if self.failures:
            return "The last run failed." if self.failures == 1 else f"The last {self.failures} runs failed."
        return ""


def jobs(*, sees_errors: bool) -> list[JobFacts]:
    """Return all jobs by name, those of this release first."""
    rows = Job.objects.order_by("name").annotate(newest=Max("runs__pk"))
    newest = JobRun.objects.filter(pk__in=[row.newest for row in rows if row.newest])
    last = {run.job_id: _run(run, sees_errors=sees_errors) for run in newest}
    is_alive = is_bot_alive()
    facts = [_job(row, last.get(row.pk), is_alive=is_alive) for row in rows]
    return sorted(facts, key=lambda job: job.next_at is None)


def job(name: str, *, sees_errors: bool) -> JobFacts | None:
    """Return one job; None when there is none of this name."""
    return next((facts for facts in jobs(sees_errors=sees_errors) if facts.name == name), None)


def runs(name: str, cursor: str = "", *, sees_errors: bool) -> Page[RunFacts]:
    """Return a job's runs, newest first."""
    return Keyset(JobRun.objects.filter(job__name=name)).page(cursor).map(partial(_runs, sees_errors=sees_errors))


def _runs(rows: Iterable[JobRun], *, sees_errors: bool) -> list[RunFacts]:
    return [_run(row, sees_errors=sees_errors) for row in rows]


def _run(row: JobRun, *, sees_errors: bool) -> RunFacts:
    state = RunState(row.state)
    process = row.owner.rpartition(":")[0]
    words = hidden_error() if state == RunState.FAILED and not sees_errors else row.words
    facts = (row.by, process, row.due_at, row.started_at, row.ended_at, words)
    return RunFacts(row.pk, state.value, str(state.label), *facts)


def _job(row: Job, last: RunFacts | None, *, is_alive: bool) -> JobFacts:
    now = timezone.now()
    is_running = bool(row.owner) and row.lease_until is not None and row.lease_until > now
    due_at = row.wanted_at or (None if row.is_paused else row.next_at)
    is_due = not is_running and due_at is not None and due_at <= now
    return JobFacts(
        pk=row.pk,
        name=row.name,
        schedule=row.schedule,
        is_paused=row.is_paused,
        paused_by=row.paused_by,
        next_at=row.next_at,
        wanted_at=row.wanted_at,
        wanted_by=row.wanted_by,
        last_success_at=row.last_success_at,
        failures=row.failures,
        is_stale=is_due and due_at is not None and now - due_at > STALE,
        is_running=is_running,
        is_due=is_due,
        is_missed=is_due and not is_alive,
        last=last,
    )
