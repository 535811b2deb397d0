"""What operators decide about broadcasts: write one, start it, pause it, let it go on, cancel it. Each is an event.

Nothing is sent here: feeding.py queues deliveries while a broadcast is running. A second press returns False.
"""

from django.db import transaction
from django.utils import timezone

from botcore.broadcasts import audience, deliveries
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.outbox import checks
from botcore.outbox.calls import Call, calls_of
from botcore.outbox.content import Copy, Text
from botcore.outbox.recipients import default_bot, origin
from botcore.texts.split import LONGEST
from botcore.validators import storable

KIND = "broadcast"
WHO_LENGTH = 150
FREE = (BroadcastState.DRAFT, BroadcastState.RUNNING, BroadcastState.PAUSED)  # that can be cancelled


@transaction.atomic
def draft(*, by: str, content: Text | Copy, bot_id: int | None = None) -> int:
    """Keep a broadcast that is not started and return its row; raise ValidationError for what cannot be sent."""
    call = _call(content)
    bot = default_bot() if bot_id is None else bot_id
    checks.positive(bot, what="bot's id")
    who = storable(by)[:WHO_LENGTH]
    row = Broadcast.objects.create(
        bot_id=bot, method=call.method, payload=call.payload, created_by=who, created_at=timezone.now()
    )
    _note(row, f"{by} wrote broadcast {row.pk}.")
    return row.pk


@transaction.atomic
def start(pk: int, *, by: str) -> bool:
    """Let a draft be sent to everybody who may get it now; False when it runs already."""
    row = _locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    _must_be(row, "started", BroadcastState.DRAFT)
    total = audience.count()
    if total == 0:
        raise ValidationError("There is nobody who could get it.")
    row.state, row.started_at, row.total = BroadcastState.RUNNING, timezone.now(), total
    row.save(update_fields=["state", "started_at", "total"])
    _note(row, f"{by} started broadcast {pk} to {_people(total)}.", Level.WARNING)
    return True


@transaction.atomic
def pause(pk: int, *, by: str) -> bool:
    """Hold back what waits; False when it is paused already. What is being sent at this moment is not stopped."""
    row = _locked(pk)
    if row.state == BroadcastState.PAUSED:
        return False
    _must_be(row, "paused", BroadcastState.RUNNING)
    deliveries.hold(row)
    row.state, row.rate, row.rated_at = BroadcastState.PAUSED, None, None
    row.save(update_fields=["state", "rate", "rated_at"])
    _note(row, f"{by} paused broadcast {pk}.", Level.WARNING)
    return True


@transaction.atomic
def resume(pk: int, *, by: str) -> bool:
    """Let a paused broadcast go on where it was; False when it runs already."""
    row = _locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    _must_be(row, "resumed", BroadcastState.PAUSED)
    deliveries.release(row)
    row.state = BroadcastState.RUNNING
    row.save(update_fields=["state"])
    _note(row, f"{by} resumed broadcast {pk}.")
    return True


@transaction.atomic
def cancel(pk: int, *, by: str) -> bool:
    """End a broadcast: what waits is cancelled, what was sent stays. False when it was cancelled already."""
    row = _locked(pk)
    if row.state == BroadcastState.CANCELLED:
        return False
    _must_be(row, "cancelled", *FREE)
    deliveries.drop(row)
    row.state, row.finished_at = BroadcastState.CANCELLED, timezone.now()
    row.rate, row.rated_at = None, None
    row.save(update_fields=["state", "finished_at", "rate", "rated_at"])
    _note(row, f"{by} cancelled broadcast {pk}.", Level.WARNING)
    return True


def _call(content: Text | Copy) -> Call:
    """Return the one call that says it: pieces of a long text could be torn apart by a pause."""
    if isinstance(content, Copy):
        origin(content.from_chat_id)
    calls = calls_of(content)
    if len(calls) > 1 or calls[0].method == "sendDocument":
        raise ValidationError(f"A broadcast is one message: its text has at most {LONGEST} characters.")
    return calls[0]


def _locked(pk: int) -> Broadcast:
    row = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise ValidationError(f"There is no broadcast {pk}.")
    return row


def _must_be(row: Broadcast, what: str, *states: BroadcastState) -> None:
    if row.state not in states:
        raise ValidationError(f"Broadcast {row.pk} is {row.get_state_display()} and cannot be {what}.")


def _people(total: int | None) -> str:
    if total is None:
        return f"more than {audience.COUNTED:,} people"
    return "1 person" if total == 1 else f"{total:,} people"


def _note(row: Broadcast, text: str, level: Level = Level.INFO) -> None:
    record_event(KIND, text, level=level, bot_id=row.bot_id)
