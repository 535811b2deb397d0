"""Deliveries as rows: which are due, how a try went, when to try again, and what became of those in the outbox."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from botcore import metrics
from botcore.alerts.health import LONGEST, note_failure, note_success, show_trouble
from botcore.alerts.models import UNDER_WAY, Alert, AlertDelivery, DeliveryState
from botcore.alerts.told import Told, safe, told
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState

WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900))  # between the tries; five in all
AT_ONCE = 10  # deliveries under way
FOLLOWED = 200  # messages of the outbox that are looked after in one look
LOOK = timedelta(seconds=2)
PATIENCE = timedelta(minutes=5)  # with a message that waits for Telegram, before the channel is red


@dataclass(frozen=True)
class Due:
    """A delivery whose turn has come; `attempt` counts from 1."""

    pk: int
    channel: str
    target: str
    attempt: int
    said: Told


def claim_due() -> list[Due]:
    """Begin a try of what is due. Its next try is written first: a process that ends now leaves the rest to another."""
    now = timezone.now()
    due = AlertDelivery.objects.filter(state=DeliveryState.QUEUED, next_at__lte=now)
    if not due.exists():
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("next_at")[:AT_ONCE])
        for row in rows:
            row.next_at = now + WAITS[min(row.attempts, len(WAITS) - 1)]
            row.attempts += 1
            row.save(update_fields=["next_at", "attempts"])
    alerts = Alert.objects.select_related("group").in_bulk({row.alert_id for row in rows})
    return [Due(row.pk, row.channel, row.target, row.attempts, told(alerts[row.alert_id])) for row in rows]


@transaction.atomic
def arrived(pk: int) -> None:
    """Note that a delivery arrived."""
    row = AlertDelivery.objects.get(pk=pk)
    row.state, row.error, row.finished_at = DeliveryState.SENT, "", timezone.now()
    row.save(update_fields=["state", "error", "finished_at"])
    note_success(row)


@transaction.atomic
def failed(pk: int, error: str, *, again: bool, wait: timedelta = timedelta()) -> None:
    """Note that a try failed; `again` when another one may help, after `wait` at the soonest.

    One that was withdrawn meanwhile stays so.
    """
    row = AlertDelivery.objects.select_for_update().get(pk=pk)
    if row.state not in UNDER_WAY:
        return
    row.error = safe(error, LONGEST)
    if again and row.attempts <= len(WAITS):
        row.next_at = max(row.next_at, timezone.now() + wait)
        metrics.ALERTS.labels(row.channel, "retried").inc()
        show_trouble(row.channel, error, more=1)
    else:
        row.state, row.finished_at = DeliveryState.FAILED, timezone.now()
        note_failure(row.channel, error)
    row.save(update_fields=["error", "state", "finished_at", "next_at"])


def follow_outbox() -> None:
    """Note what became of the messages that the outbox has."""
    now = timezone.now()
    due = AlertDelivery.objects.filter(state=DeliveryState.HANDED, next_at__lte=now).select_related("alert")
    rows = list(due.order_by("next_at")[:FOLLOWED])
    ids = [row.outgoing for row in rows if row.outgoing]
    found = OutgoingMessage.objects.filter(pk__in=ids).only("state", "error").in_bulk() if ids else {}
    waiting = []
    for row in rows:
        message = found.get(row.outgoing or 0)
        if message is None or message.state not in WAITING:
            _end(row, message)
        else:
            waiting.append(row.pk)
            if row.alert.decided_at and now - row.alert.decided_at > PATIENCE:
                why = f": {message.error}" if message.error else ""
                show_trouble(row.channel, f"A message has waited for Telegram for more than 5 minutes{why}")
    AlertDelivery.objects.filter(pk__in=waiting).update(next_at=F("next_at") + LOOK)


def _end(row: AlertDelivery, message: OutgoingMessage | None) -> None:
    if message and message.state == OutgoingState.SENT:
        arrived(row.pk)
    else:
        words = message.error or f"The message is {message.state}." if message else "The message is gone."
        failed(row.pk, words, again=False)
