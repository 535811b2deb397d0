"""An operator writes to one person, through the outbox: from a chat with the bot, or from the person's page."""

from django.db import transaction

from botcore.audit.services import record
from botcore.feedback.services import note_answered
from botcore.outbox.content import Content
from botcore.outbox.models import OutgoingMessage, Priority
from botcore.outbox.services import send

SOURCE = "operator"


@transaction.atomic
def write(*, user_id: int, content: Content, by: str, update_pk: int | None = None) -> int:
    """Queue what an operator says to a person; return its row. Another attempt at the same update queues nothing."""
    key = f"letter:{update_pk}" if update_pk else None
    if update_pk and (known := _row_of(update_pk, key)):
        return known
    priority = Priority.ADMIN
    pk = send(chat_id=user_id, content=content, priority=priority, source=SOURCE, update_pk=update_pk, key=key)
    note_answered(user_id)
    record("people.write", f"person:{user_id}", after={"message": pk}, by=by)
    return pk


def _row_of(update_pk: int, key: str | None) -> int | None:
    return OutgoingMessage.objects.filter(update_id=update_pk, key=key).values_list("pk", flat=True).first()
