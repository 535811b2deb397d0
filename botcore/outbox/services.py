"""Writes of the outbox."""

from django.utils import timezone

from botcore.outbox.models import OutgoingMessage, OutgoingState


def cancel_chat(chat_id: int, *, bot_id: int, reason: str = "") -> int:
    """Cancel everything that waits for a chat; return how much that was."""
    waiting = OutgoingMessage.objects.filter(bot_id=bot_id, chat_id=chat_id, state=OutgoingState.QUEUED)
    return waiting.update(state=OutgoingState.CANCELLED, error=reason, finished_at=timezone.now())
