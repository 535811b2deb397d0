"""The way of a running broadcast, in short steps: count what ended, queue for the next people, see whether it is done.

A step is one transaction behind the lock on the broadcast's row: the queued deliveries and the moved cursor are written
together or not at all, so that a crash at any moment leaves nobody out and nobody twice. feeder.py makes the steps.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from botcore import metrics
from botcore.audit.services import record
from botcore.broadcasts import audience, deliveries, outcome
from botcore.broadcasts.models import Broadcast, BroadcastDelivery, BroadcastState
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

BATCH = 100  # deliveries in one transaction
AHEAD = 500  # of one broadcast that have no end yet: half a second's worth at 1 000 messages a second
RATED = timedelta(seconds=10)  # between two measurements of the rate
COUNTS = ("sent", "failed", "blocked", "uncertain", "cancelled")
WRITTEN = ("state", "fed_at", "finished_at", "cursor", "total", "queued", *COUNTS, "rate", "rated_at", "rated_ended")


def wanting() -> list[int]:
    """Return those with something to do: they run, wait for the end of deliveries, or their end is to be told."""
    open_ones = BroadcastDelivery.objects.filter(broadcast=OuterRef("pk"), is_held=False)
    untold = Q(finished_at__isnull=False, tell_chat__isnull=False)
    found = Broadcast.objects.filter(Q(state=BroadcastState.RUNNING) | untold | Q(Exists(open_ones)))
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def step(pk: int) -> bool:
    """Bring one broadcast forward; return whether more can be queued at once."""
    row = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if row is None:  # deleted meanwhile
        return False
    was = row.state
    _sweep_up(row)
    ended = deliveries.settle(row)
    more = row.state == BroadcastState.RUNNING and _go_on(row)
    row.save(update_fields=WRITTEN)
    outcome.tell(row)
    if row.state != was:
        _note_end(row, was)
    transaction.on_commit(lambda: _count(ended))
    return more


def _sweep_up(row: Broadcast) -> None:
    """Hold or drop what came back after the button: a call that Telegram put off is queued again."""
    if row.state == BroadcastState.PAUSED:
        deliveries.hold(row)
    elif row.state == BroadcastState.CANCELLED:
        deliveries.drop(row)


def _go_on(row: Broadcast) -> bool:
    """Queue the next deliveries, or see that all have ended; return whether more can be queued at once."""
    now, waiting = timezone.now(), row.deliveries.count()
    _measure(row, now)
    room = min(BATCH, AHEAD - waiting)
    if row.fed_at is None and room > 0:
        waiting += _feed(row, room, now)
    if row.fed_at is not None and not waiting:
        _finish(row, now)
    return row.fed_at is None and waiting < AHEAD


def _feed(row: Broadcast, room: int, now: datetime) -> int:
    """Queue deliveries to the next people and move the cursor behind them; return how many these are."""
    found = audience.part(after=row.cursor, met_before=row.started_at or now, most=room)
    new = deliveries.queue(row, found.people)
    row.cursor, row.queued = found.last, row.queued + new
    if found.is_end:
        row.fed_at, row.total = now, row.queued
    return new


def _finish(row: Broadcast, now: datetime) -> None:
    row.state, row.finished_at, row.rate = BroadcastState.DONE, now, None


def _note_end(row: Broadcast, was: str) -> None:
    failed = row.failed + row.uncertain
    words = f"Broadcast {row.pk} is done: sent {row.sent:,}, blocked {row.blocked:,}, failed or in doubt {failed:,}."
    record_event("broadcast", words, level=Level.INFO, bot_id=row.bot_id)
    counts = {name: getattr(row, name) for name in COUNTS}
    record("broadcasts.done", f"broadcast:{row.pk}", before={"state": was}, after={"state": str(row.state), **counts})


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
