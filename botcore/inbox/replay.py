"""Replay: updates that have ended go through again. `plan` is the dry run, `replay` does it, batch by batch.

For the dashboard, the admin, /replay and `manage.py replay`. What nobody waits for any more is
refused; see freshness.py.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.inbox import freshness, lanes
from botcore.inbox.models import EarlierRun, State, Update
from botcore.inbox.selection import Selection
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

AT_ONCE = 10_000  # of a request or a command, which must end; `manage.py replay` has no such bound
BY_LENGTH = 150
BATCH = 500  # updates a transaction: memory stays flat, no lock is held for long
FINISHED = [state for state in State if state != State.PENDING]
LATE = "late"  # beside the states in a tally: refused, because nobody waits any more
EMPTIED = "emptied"  # … because retention has taken its text
GONE = Q(raw="")


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes through again, by state, and what does not; `more`: there is more than was looked at."""

    again: dict[str, int] = field(default_factory=dict)
    late: int = 0  # refused: an interactive kind past its time
    emptied: int = 0  # refused: what Telegram sent is no longer kept
    pending: int = 0  # refused: not finished yet
    unknown: tuple[int, ...] = ()
    more: bool = False

    @property
    def total(self) -> int:
        """Updates that go through again."""
        return sum(self.again.values())

    @property
    def refused(self) -> int:
        """Updates that fit and are refused."""
        return self.late + self.emptied + self.pending

    @property
    def reasons(self) -> list[str]:
        """Why updates are refused, a sentence each; empty when none is."""
        told = []
        if self.late:
            told.append(f"{_are(self.late)} refused: nobody waits any more for an answer to a button or query so old.")
        if self.emptied:
            told.append(
                f"{_are(self.emptied)} refused: what Telegram sent is no longer kept, see the retention settings."
            )
        if self.pending:
            told.append(f"{_are(self.pending)} refused: still pending, which means waiting or being handled.")
        return told


def plan(selection: Selection, *, most: int | None = None) -> Plan:
    """Say what a replay would do now; `most` bounds how many updates are looked at, oldest first."""
    selection.check()
    found, more = _first(selection.find(), most)
    late = ~GONE & _late(timezone.now())
    counts = {"total": Count("pk"), "gone": Count("pk", filter=GONE), "late": Count("pk", filter=late)}
    tally: Counter[str] = Counter()
    for state, total, emptied, expired in found.order_by().values_list("state").annotate(**counts):
        if state == State.PENDING:
            tally[state] += total
        else:
            tally += Counter({EMPTIED: emptied, LATE: expired, state: total - emptied - expired})
    return _plan(tally, unknown=selection.unknown(), more=more)


def replay(selection: Selection, *, by: str, most: int | None = None) -> Plan:
    """Send the updates through again; return what went and what was refused. Ids that do not exist raise."""
    selection.check()
    if unknown := selection.unknown():
        raise ValidationError(no_such(unknown))
    more = _is_more(selection, most)
    tally: Counter[str] = Counter()
    try:
        for pks in _batches(selection.find(), most):
            tally += _send(pks, by)
    finally:  # batches that are through stay through, whatever ends this
        done = _plan(tally, more=more)
        _note(selection, done, by)
    return done


@transaction.atomic
def _note(selection: Selection, done: Plan, by: str) -> None:
    """Tell what went through again, as an event and in the audit."""
    if done.total:
        refused = f"; {done.refused:,} {'was' if done.refused == 1 else 'were'} refused" if done.refused else ""
        record_event("replay", f"{by} sent {updates(done.total)} through again{refused}", level=Level.INFO)
        target = f"update:{selection.ids[0]}" if len(selection.ids) == 1 else "updates:selected"
        after = {"selection": selection.facts(), "again": done.again, "refused": done.refused}
        record("updates.replay", target, after=after, by=by)


def refusal(*, kind: str, state: str, received_at: datetime, raw: str) -> str:
    """Say why this update cannot be replayed now; empty when it can."""
    if state == State.PENDING:
        return "It is still pending. It can be replayed once it has ended."
    if not raw:
        return "It cannot be replayed: what Telegram sent is no longer kept."
    if kind in freshness.INTERACTIVE and freshness.is_expired(kind, (timezone.now() - received_at).total_seconds()):
        seconds = freshness.lifetime(kind)
        return f"It cannot be replayed: nobody waits for the answer to a {kind} longer than {seconds:.0f} seconds."
    return ""


def no_such(ids: Sequence[int]) -> str:
    """Say that these ids do not exist."""
    named = ", ".join(map(str, ids[:10])) + (" …" if len(ids) > 10 else "")
    return f"There is no update {named}." if len(ids) == 1 else f"There are no updates {named}."


def updates(count: int) -> str:
    """Return "1 update", "1,200 updates"."""
    return f"{count:,} update{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'}"


def _plan(tally: Counter[str], *, more: bool, unknown: tuple[int, ...] = ()) -> Plan:
    again = {state.value: tally[state] for state in FINISHED if tally[state]}
    return Plan(again, tally[LATE], tally[EMPTIED], tally[State.PENDING], unknown, more)


def _late(now: datetime) -> Q:
    """What nobody waits for any more."""
    late = Q()
    for kind in sorted(freshness.INTERACTIVE):
        late |= Q(kind=kind, received_at__lt=now - timedelta(seconds=freshness.lifetime(kind)))
    return late


def _first(found: QuerySet[Update], most: int | None) -> tuple[QuerySet[Update], bool]:
    """Return the oldest, and whether there are more; all up to a key: a list of 10,000 keys takes thrice as long."""
    edge = [] if most is None else list(found.order_by("pk").values_list("pk", flat=True)[most - 1 : most + 1])
    return (found.filter(pk__lte=edge[0]) if edge else found), len(edge) > 1


def _is_more(selection: Selection, most: int | None) -> bool:
    return most is not None and selection.find().order_by("pk")[most : most + 1].exists()


def _batches(found: QuerySet[Update], most: int | None) -> Iterator[list[int]]:
    """Yield keys, oldest first; what arrives meanwhile is left out, so that this ends."""
    newest = Update.objects.aggregate(newest=Max("pk"))["newest"] or 0
    last, left = 0, newest if most is None else most
    while left > 0:
        beyond = found.filter(pk__gt=last, pk__lte=newest).order_by("pk")
        pks = list(beyond.values_list("pk", flat=True)[: min(BATCH, left)])
        if not pks:
            return
        yield pks
        last, left = pks[-1], left - len(pks)


@transaction.atomic
def _send(pks: list[int], by: str) -> Counter[str]:
    """Make one batch pending again and wake its lanes; count by the state it had, or by why it was refused.

    Only rows that have ended are locked, in order of their keys: nobody who holds a lane waits for one of those.
    """
    now = timezone.now()
    chosen = Update.objects.filter(pk__in=pks)
    locked = chosen.filter(~_late(now), ~GONE, state__in=FINISHED).select_for_update(no_key=True).order_by("pk")
    rows = list(locked.defer("raw"))
    sent = [row.pk for row in rows]
    EarlierRun.objects.bulk_create(_run_of(row, now, by) for row in rows)
    Update.objects.filter(pk__in=sent, state__in=FINISHED).update(
        state=State.PENDING, attempts=0, started_at=None, finished_at=None, replayed_at=now
    )
    for bot_id in sorted({row.bot_id for row in rows}):
        lanes.wake(bot_id, {row.lane_key for row in rows if row.bot_id == bot_id})
    tally = Counter(row.state for row in rows)
    left = chosen.exclude(pk__in=sent)
    ended = left.exclude(state=State.PENDING)
    emptied, late = ended.filter(GONE).count(), ended.filter(~GONE, _late(now)).count()
    return tally + Counter({LATE: late, EMPTIED: emptied, State.PENDING: left.count() - late - emptied})


def _run_of(row: Update, now: datetime, by: str) -> EarlierRun:
    return EarlierRun(
        update=row,
        state=row.state,
        handler=row.handler,
        attempts=row.attempts,
        error="" if row.state == State.DEAD else row.error,
        started_at=row.started_at,
        finished_at=row.finished_at,
        replayed_at=now,
        replayed_by=by[:BY_LENGTH],
    )
