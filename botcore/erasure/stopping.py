"""What is still on its way to a person is stopped first: queued messages, and deliveries of broadcasts."""

from django.db import transaction
from django.utils import timezone

from botcore.broadcasts import feeding, waits
from botcore.broadcasts.models import Broadcast, BroadcastDelivery
from botcore.outbox.models import OutgoingMessage, OutgoingState

REASON = "The person is forgotten."


def stop(user_id: int) -> int:
    """Cancel what waits for the person, and let broadcasts count it; return how many messages that were."""
    theirs = BroadcastDelivery.objects.filter(message__chat_id=user_id)
    broadcasts = set(theirs.values_list("broadcast", flat=True))
    cancelled = _cancel(user_id)
    for pk in sorted(broadcasts):
        with transaction.atomic():
            Broadcast.objects.select_for_update().filter(pk=pk).first()  # all do so before its deliveries
            theirs.filter(broadcast=pk, is_held=True).update(is_held=False)
        feeding.step(pk)
    with transaction.atomic():
        waits.forget(user_id)
    Broadcast.objects.filter(tell_chat=user_id).update(tell_chat=None)
    return cancelled


def move_cursors(user_id: int) -> None:
    """Let no cursor of a broadcast be the person's id, once their chat is gone: before, it would reach them again."""
    Broadcast.objects.filter(cursor=user_id).update(cursor=user_id - 1)


def _cancel(user_id: int) -> int:
    waiting = OutgoingMessage.objects.filter(
        chat_id=user_id, state__in=[OutgoingState.QUEUED, OutgoingState.SENDING]
    ).filter(state=OutgoingState.QUEUED)
    return waiting.update(state=OutgoingState.CANCELLED, error=REASON, finished_at=timezone.now())
