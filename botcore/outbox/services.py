"""What a person decides about a message: not to send it, or to send it once more."""

from django.db import transaction
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.models import OutgoingMessage, OutgoingState

AGAIN = (OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.CANCELLED)


def cancel(pk: int, *, reason: str = "") -> bool:
    """Cancel a message that waits; False for one that is being sent, or whose end is known."""
    waiting = OutgoingMessage.objects.filter(pk=pk, state=OutgoingState.QUEUED)
    return bool(waiting.update(state=OutgoingState.CANCELLED, error=reason, finished_at=timezone.now()))


@transaction.atomic
def retry(pk: int) -> None:
    """Queue a message once more that failed, was cancelled or is in doubt."""
    row = OutgoingMessage.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise ValidationError("There is no such message.")
    if row.state not in AGAIN:
        raise ValidationError(f"A message that is {row.state} cannot be sent again.")
    OutgoingMessage.objects.filter(pk=pk).update(
        state=OutgoingState.QUEUED, due_at=timezone.now(), started_at=None, finished_at=None
    )
