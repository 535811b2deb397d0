"""Completion in plain SQL: outcomes, failed attempts and what handlers remember are written, lanes are given back.

One transaction behind the fence: only the claim that still holds a lane may write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from botcore import sql
from botcore.inbox.lanes import TABLE
from botcore.inbox.models import FailedAttempt, State
from botcore.inbox.store import ClaimedLane, Pending
from botcore.monitoring.rollups import Counted, count_updates
from botcore.persistence import services as persistence
from botcore.persistence.services import Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt at an update ended; PENDING means once more, after `wait_seconds`. `changes` are saved with it."""

    update: Pending
    state: State
    handler: str
    error: str
    started_at: datetime
    finished_at: datetime
    error_group: str = ""
    wait_seconds: float = 0.0
    changes: tuple[Change, ...] = ()

    @property
    def seconds(self) -> float:
        """From arrival, or from the replay, to the end."""
        return (self.finished_at - self.update.waiting_since).total_seconds()


@dataclass(frozen=True, slots=True)
class Progress:
    """What was handled of a lane, in order. `release` gives it back: is work left, and how long shall it wait?

    `tried` says whether any attempt of this claim came to its end: then the lane no longer is suspected of crashes.
    """

    lane: ClaimedLane
    outcomes: tuple[Outcome, ...]
    release: bool = True
    more: bool = False
    wait_seconds: float = 0.0
    tried: bool = True


@transaction.atomic
def complete(bot_id: int, progress: Sequence[Progress]) -> list[Progress]:
    """Write what was handled and give lanes back; return those whose lease was lost: nothing of them is written."""
    owners = TABLE.owners_of(done.lane.pk for done in progress)
    kept = [done for done in progress if owners.get(done.lane.pk) == done.lane.owner]
    new = _write_outcomes([outcome for done in kept for outcome in done.outcomes])
    finished = [outcome for outcome in new if outcome.state != State.PENDING]
    if finished:
        count_updates(Counted(o.finished_at, o.update.kind, o.handler, o.state, o.seconds) for o in finished)
    _keep_failures([outcome for outcome in new if outcome.state in {State.PENDING, State.DEAD}])
    _note_crashes(kept, new)
    if changes := [change for outcome in new for change in outcome.changes]:
        persistence.save(bot_id, changes)
    if released := [done for done in kept if done.release]:
        TABLE.release(released)
    return [done for done in progress if done not in kept]


def _write_outcomes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Write how attempts ended; return those that were not in the database yet.

    A database that dies between the commit and its answer is asked again: the same outcome must not count twice.
    """
    if not outcomes:
        return []
    given, params = sql.table(
        "bigint text text text text timestamptz timestamptz int",
        [_row_of(outcome) for outcome in outcomes],
    )
    written = sql.execute(
        f"""
        UPDATE botcore_update SET state = column2, handler = column3, error = column4, error_group = column5,
            started_at = column6, finished_at = column7, attempts = attempts + 1
        FROM {given} WHERE id = column1 AND state = 'pending' AND attempts = column8 RETURNING id
        """,
        params,
    )
    new = {pk for (pk,) in written}
    return [outcome for outcome in outcomes if outcome.update.pk in new]


def _row_of(o: Outcome) -> tuple[Any, ...]:
    finished_at = None if o.state == State.PENDING else o.finished_at
    return o.update.pk, o.state, o.handler, o.error, o.error_group, o.started_at, finished_at, o.update.attempts


def _keep_failures(outcomes: Sequence[Outcome]) -> None:
    """Keep each failed attempt with its error."""
    FailedAttempt.objects.bulk_create(
        FailedAttempt(
            update_id=o.update.pk,
            number=o.update.attempts + 1,
            handler=o.handler,
            error=o.error,
            error_group=o.error_group,
            started_at=o.started_at,
            ended_at=o.finished_at,
        )
        for o in outcomes
    )


def _note_crashes(progress: Sequence[Progress], new: Sequence[Outcome]) -> None:
    """Keep that workers ended or lost their leases with the update in hand: it may have run in part."""
    written = {outcome.update.pk for outcome in new}
    FailedAttempt.objects.bulk_create(
        FailedAttempt(
            update_id=outcome.update.pk,
            number=0,
            error=f"{done.lane.crashes} in a row: a worker ended, or lost its lease, while it held this update",
            started_at=outcome.update.waiting_since,
            ended_at=outcome.started_at,
        )
        for done in progress
        if done.lane.crashes
        for outcome in done.outcomes[:1]
        if outcome.update.pk in written
    )
