"""The way of a running broadcast, in short steps: count what ended, queue for the next people, see whether it is done.

A step is one transaction behind the lock on the broadcast's row: the queued deliveries and the moved cursor are written
together or not at all, so that a crash at any moment leaves nobody out and nobody twice. feeder.py makes the steps.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from botcore import metrics
from botcore.broadcasts import aim, canary, deliveries, hours, media, outcome, pay, recall, turns, waits
from botcore.broadcasts.hours import Clock
from botcore.broadcasts.launch import in_words, launch, people_now
from botcore.broadcasts.models import ENDS, Broadcast, BroadcastDelivery, BroadcastState
from botcore.broadcasts.moves import note
from botcore.exceptions import ValidationError
from botcore.monitoring.models import Level

BATCH = 100  # deliveries in one transaction
AHEAD = 500  # of one broadcast that have no end yet: half a second's worth at 1 000 messages a second
RATED = timedelta(seconds=10)  # between two measurements of the rate
UNDER_WAY = (BroadcastState.RUNNING, BroadcastState.PAUSED)
WRITTEN = (
    "state", "fed_at", "finished_at", "canary", "why", "cursor", "deferred", "total", "queued", *ENDS, "rate",
    "rated_at", "rated_ended",
)  # fmt: skip


def wanting() -> list[int]:
    """Return those with something to do: they run or shall begin, wait for ends, or their end is to be told."""
    open_ones = BroadcastDelivery.objects.filter(broadcast=OuterRef("pk"), is_held=False)
    untold = Q(finished_at__isnull=False, tell_chat__isnull=False)
    due = Q(state=BroadcastState.SCHEDULED, scheduled_at__lte=timezone.now())
    found = Broadcast.objects.filter(Q(state=BroadcastState.RUNNING) | due | untold | Q(Exists(open_ones)))
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def step(pk: int) -> bool:
    """Bring one broadcast forward; return whether more can be queued at once."""
    row = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if row is None:  # deleted meanwhile
        return False
    _begin(row)
    was = row.state
    _sweep_up(row)
    _keep_refused(row)
    complaint = media.take_back(row) if row.state in UNDER_WAY else ""
    ended = deliveries.settle(row)
    if complaint and row.state == BroadcastState.RUNNING:
        _stop(row, complaint)
    more = row.state == BroadcastState.RUNNING and _go_on(row)
    row.save(update_fields=WRITTEN)
    outcome.tell(row)
    if row.state == BroadcastState.PAUSED != was:
        _note_stop(row, was)
    elif row.state != was:
        _note_end(row, was)
    transaction.on_commit(lambda: _count(ended))
    return more


def _begin(row: Broadcast) -> None:
    """Let what is scheduled run once it is time."""
    if row.state != BroadcastState.SCHEDULED or row.scheduled_at is None or row.scheduled_at > timezone.now():
        return
    was = row.state
    with suppress(ValidationError):  # of conditions that mean nothing any more: _feed() pauses it, and says so
        row.total = people_now(row)
    launch(row)
    text = f"Broadcast {row.pk} begins, as it was scheduled, to {in_words(row.total)}."
    note("broadcasts.begin", row, text, was=was, level=Level.WARNING, people=row.total)


def _sweep_up(row: Broadcast) -> None:
    """Hold or drop what came back after the button: a call that Telegram put off is queued again."""
    if row.state == BroadcastState.PAUSED:
        deliveries.hold(row)
    elif row.state == BroadcastState.CANCELLED:
        deliveries.drop(row)


def _keep_refused(row: Broadcast) -> None:
    """Lose nothing of what Telegram would have been paid for; the rest would be refused, too."""
    if not row.is_paid or row.state not in UNDER_WAY:
        return
    if deliveries.hold_refused(row, pay.NO_STARS) and row.state == BroadcastState.RUNNING:
        _stop(row, pay.REFUSED)


def _go_on(row: Broadcast) -> bool:
    """Queue the next deliveries, or see that all have ended; return whether more can be queued at once."""
    now, clock = timezone.now(), hours.clock_of(row)
    _measure(row, now)
    if complaint := pay.complaint(row) or hours.complaint(clock, now):
        _stop(row, complaint)
        return False
    waiting, held = _without_end(row)
    if held or (waiting and clock):
        waits.go_on(row, clock, now)
        waiting, held = _without_end(row)
    room = _room(row, waiting, held, clock, now)
    new = _feed(row, room, clock, now) if room > 0 else 0
    if row.fed_at is not None and not (waiting + held + new):
        _finish(row, now)
    is_slow = clock is not None and not clock.is_one and not new  # each waits for their hours: others have their turn
    return room > 0 and row.fed_at is None and not row.why and waiting + new < AHEAD and not is_slow


def _without_end(row: Broadcast) -> tuple[int, int]:
    """Count what waits, and what is held back."""
    found = dict(row.deliveries.order_by().values_list("is_held").annotate(Count("pk")))
    return found.get(False, 0), found.get(True, 0)


def _room(row: Broadcast, waiting: int, held: int, clock: Clock | None, now: datetime) -> int:
    """Return how many may be queued now: none at an hour that is nobody's, and until the canary has ended only it."""
    if row.fed_at is not None or (clock and clock.is_one and clock.opens_at(now)):
        return 0
    left = pay.left(row)
    if left is not None and left <= 0 and (waiting or held):  # who were agreed to get it first
        return 0
    if not row.canary or row.queued < row.canary:
        return min(BATCH, AHEAD - waiting, row.canary - row.queued if row.canary else BATCH)
    if waiting or held:
        return 0
    if complaint := canary.complaint(row):
        _stop(row, complaint)
        return 0
    row.canary = 0
    return BATCH


def _stop(row: Broadcast, why: str) -> None:
    """Let it pause by itself, with what waits."""
    deliveries.hold(row)
    row.state, row.why, row.rate, row.rated_at = BroadcastState.PAUSED, why, None, None


def _feed(row: Broadcast, room: int, clock: Clock | None, now: datetime) -> int:
    """Queue deliveries to the next people; return how many these are."""
    if row.amends is not None:
        return _feed_changes(row, row.amends, room, now)
    try:
        among = aim.among(row)
    except ValidationError as exc:
        _stop(row, f"Its conditions cannot be read any more: {exc}")
        return 0
    left = pay.left(row)
    if left is not None and left <= 0:
        found = turns.peek(row, among=among, now=now)
        if found.people:
            _stop(row, pay.too_many(row))
            return 0
    else:
        most = room if left is None else min(room, left)
        found = turns.take(row, most=most, among=among, clock=clock, now=now)
    new = deliveries.queue(row, found.people)
    _move_on(row, now, new, is_end=found.is_end)
    return new


def _feed_changes(row: Broadcast, of: Broadcast, room: int, now: datetime) -> int:
    """Do the same with what another broadcast has sent; what cannot be changed ends at once."""
    found = recall.find(row, of, most=room)
    new = recall.queue(row, found.messages)
    row.too_old, row.blocked = row.too_old + found.too_old, row.blocked + found.blocked
    row.cursor = found.last
    _move_on(row, now, new + found.too_old + found.blocked, is_end=found.is_end)
    return new


def _move_on(row: Broadcast, now: datetime, new: int, *, is_end: bool) -> None:
    row.queued += new
    if is_end:
        row.fed_at, row.total = now, row.queued


def _finish(row: Broadcast, now: datetime) -> None:
    row.state, row.finished_at, row.rate = BroadcastState.DONE, now, None


def _note_stop(row: Broadcast, was: str) -> None:
    words = f"Broadcast {row.pk} paused by itself. {row.why}"
    note("broadcasts.stop", row, words, was=was, level=Level.ERROR, why=row.why)
    outcome.tell_of_pause(row)


def _note_end(row: Broadcast, was: str) -> None:
    failed = row.failed + row.uncertain
    words = f"Broadcast {row.pk} is done: sent {row.sent:,}, blocked {row.blocked:,}, failed or in doubt {failed:,}."
    note("broadcasts.done", row, words, was=was, **{name: getattr(row, name) for name in ENDS})


def _measure(row: Broadcast, now: datetime) -> None:
    """Measure how many deliveries a second ended since the last time."""
    if row.rated_at is not None and now - row.rated_at < RATED:
        return
    if row.rated_at is not None:
        row.rate = (row.ended - row.rated_ended) / (now - row.rated_at).total_seconds()
    row.rated_at, row.rated_ended = now, row.ended


def _count(ended: Mapping[str, int]) -> None:
    for end, count in ended.items():
        metrics.BROADCAST_DELIVERIES.labels(end).inc(count)
