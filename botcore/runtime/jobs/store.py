"""The rows of jobs as the runner needs them: in step with the code, claimed by a lease, completed through a fence.

Times are the database's: all processes share that clock.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now

from botcore.runtime.jobs.registry import CatchUp, Plan
from botcore.runtime.jobs.run import Outcome
from botcore.runtime.models import Job, JobRun, RunState
from botcore.validators import storable

CLOCK_JUMP = 3  # a lease that seems to last longer than three times its length met a clock that was set back
LATE = timedelta(seconds=60)  # a time that is longer over was missed
LOST_IN_A_ROW = 3  # runs that end with their process; then the job waits for its next regular time
RUNS = 200  # kept of each job
WORDS_LENGTH = 500

_CLOCK = ExpressionWrapper(Now(), output_field=DateTimeField())
_WANTED = Q(wanted_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that this process has begun."""

    job: str
    run: int
    owner: str
    due_at: datetime
    started_at: datetime
    by: str


@transaction.atomic
def sync(plans: Iterable[Plan], *, all_known: bool) -> None:
    """Make a row for each job, mend those that do not fit the code, and retire others when these are all."""
    declared = {plan.name: plan for plan in plans}
    made = [Job(name=name, schedule=plan.schedule.words) for name, plan in declared.items()]
    Job.objects.bulk_create(made, ignore_conflicts=True)
    for row in Job.objects.select_for_update().annotate(clock=_CLOCK).filter(name__in=declared).order_by("name"):
        plan, clock = declared[row.name], _clock(row)
        if row.schedule != plan.schedule.words or row.next_at is None or plan.is_beyond(row.next_at, clock):
            row.schedule, row.next_at = plan.schedule.words, plan.next_after(clock)
            row.save(update_fields=["schedule", "next_at"])
    if all_known:
        Job.objects.exclude(name__in=declared).filter(next_at__isnull=False).update(next_at=None)
    _lose_retired()


def _lose_retired() -> None:
    """Note runs of retired jobs that never ended: nobody claims these, and finds out, any more.

    As long as the lease lasts a process of an older release is at it.
    """
    retired = Job.objects.filter(next_at=None, lease_until__lt=Now()).exclude(owner="")
    for row in retired.select_for_update(skip_locked=True).annotate(clock=_CLOCK):
        _lose(row, _clock(row))
        row.save(update_fields=["owner", "lease_until", "failures"])


def claim(plans: Iterable[Plan], *, process: str, most: int, seconds: float) -> list[Claim]:
    """Begin runs of jobs that are due or wanted and that nobody works on; locked rows are left to who locked them."""
    declared = {plan.name: plan for plan in plans}
    waiting = Job.objects.filter(_is_waiting(seconds), name__in=declared).order_by("next_at", "name")
    found = list[Claim]()
    for name in list(waiting.values_list("name", flat=True)):  # a look without a transaction: mostly there is nothing
        if len(found) == most:
            break
        if begun := _claim(declared[name], process=process, seconds=seconds):
            found.append(begun)
    return found


@transaction.atomic
def _claim(plan: Plan, *, process: str, seconds: float) -> Claim | None:
    rows = Job.objects.select_for_update(skip_locked=True).annotate(clock=_CLOCK)
    row = rows.filter(_is_waiting(seconds), name=plan.name).first()
    if row is None:
        return None
    clock = _clock(row)
    if lost := bool(row.owner):
        _lose(row, clock)
    if row.next_at and row.next_at <= clock and _is_missed(plan, row, clock, lost=lost):
        row.next_at = plan.next_after(clock)
    is_due = row.next_at is not None and row.next_at <= clock and not row.is_paused
    begun = _begin(row, clock, process, seconds) if is_due or row.wanted_at else None
    row.save()
    return begun


def _is_waiting(seconds: float) -> Q:
    """Return the condition for jobs with something to do: due, wanted, or lost by the process that ran it."""
    something = Q(next_at__lte=Now(), is_paused=False) | _WANTED | ~Q(owner="")
    over = Q(lease_until__lt=Now()) | Q(lease_until__gt=Now() + CLOCK_JUMP * timedelta(seconds=seconds))
    return something & (Q(owner="") | over)


def _lose(row: Job, clock: datetime) -> None:
    """Note that the run before never ended."""
    facts = {"state": RunState.LOST, "ended_at": clock, "words": "its process ended, or could not renew the lease"}
    JobRun.objects.filter(job=row, owner=row.owner, state=RunState.RUNNING).update(**facts)
    row.owner, row.lease_until, row.failures = "", None, row.failures + 1


def _is_missed(plan: Plan, row: Job, clock: datetime, *, lost: bool) -> bool:
    """Tell whether the job waits for its next regular time instead."""
    if lost and row.failures >= LOST_IN_A_ROW:
        return True
    return plan.catch_up == CatchUp.SKIP and row.next_at is not None and clock - row.next_at > LATE


def _begin(row: Job, clock: datetime, process: str, seconds: float) -> Claim:
    due_at = row.wanted_at or row.next_at or clock
    by = row.wanted_by if row.wanted_at else ""
    row.owner = f"{process}:{secrets.token_hex(4)}"
    row.lease_until, row.last_started_at = clock + timedelta(seconds=seconds), clock
    row.wanted_at, row.wanted_by = None, ""
    run = JobRun.objects.create(job=row, owner=row.owner, by=by, due_at=due_at, started_at=clock)
    return Claim(row.name, run.pk, row.owner, due_at, clock, by)


def renew(owners: Sequence[str], *, seconds: float) -> set[str]:
    """Prolong these claims' leases; return those that are still theirs."""
    held = Job.objects.filter(owner__in=owners)
    held.update(lease_until=Now() + timedelta(seconds=seconds))
    return set(held.values_list("owner", flat=True))


@transaction.atomic
def complete(begun: Claim, plan: Plan, outcome: Outcome) -> bool:
    """Note how a run ended and when the job is due next; False when another process has taken it over."""
    row = Job.objects.select_for_update().annotate(clock=_CLOCK).filter(name=begun.job, owner=begun.owner).first()
    if row is None:
        return False
    clock = _clock(row)
    facts = {"state": outcome.state, "ended_at": clock, "words": storable(outcome.words)[:WORDS_LENGTH]}
    JobRun.objects.filter(pk=begun.run).update(**facts)
    row.owner, row.lease_until = "", None
    if outcome.state == RunState.DONE:
        row.last_success_at, row.failures = clock, 0
    elif outcome.state != RunState.LOST:
        row.failures += 1
    if outcome.state != RunState.LOST and row.next_at and row.next_at <= begun.started_at:
        row.next_at = plan.next_after(clock)
    row.save()
    _forget_runs(row)
    return True


def abandon(process: str) -> None:
    """Let the leases of a dead process end now."""
    Job.objects.filter(owner__startswith=f"{process}:").update(lease_until=Now() - timedelta(seconds=1))


def _forget_runs(row: Job) -> None:
    newest = JobRun.objects.filter(job=row).order_by("-pk").values_list("pk", flat=True)
    if surplus := list(newest[RUNS : RUNS + 100]):
        JobRun.objects.filter(pk__in=surplus).delete()


def _clock(row: Job) -> datetime:
    return row.clock  # type: ignore[attr-defined, no-any-return]
