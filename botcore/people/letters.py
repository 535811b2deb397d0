"""An operator writes to one person, through the outbox: from a chat with the bot, the person's page or the inbox."""

from django.db import transaction

from botcore.audit.services import record
from botcore.conversations import waits
from botcore.outbox.content import Content
from botcore.outbox.models import OutgoingMessage, Priority
from botcore.outbox.services import send

SOURCE = "operator"


@transaction.atomic
def write(
    *,
    user_id: int,
    content: Content,
    by: str,
    update_pk: int | None = None,
    reply_to: int | None = None,
    upto: int | None = None,
) -> int:
    """Queue what an operator says to a person; return its row. Another attempt at the same update queues nothing.

    `reply_to` is the id of a message of the chat. What the person wrote counts as read then; with `upto`, the last
    message that the operator saw, only that and what came before.
    """
    key = f"letter:{update_pk}" if update_pk else None
    if update_pk and (known := _row_of(update_pk, key)):
        return known
    pk = send(
        chat_id=user_id,
        content=content,
        reply_to=reply_to,
        priority=Priority.ADMIN,
        source=SOURCE,
        update_pk=update_pk,
        key=key,
    )
    waits.answered(user_id, operator=by, message=pk, upto=upto)
    record("people.write", f"person:{user_id}", after={"message": pk}, by=by)
    return pk


def _row_of(update_pk: int, key: str | None) -> int | None:
    return OutgoingMessage.objects.filter(update_id=update_pk, key=key).values_list("pk", flat=True).first()
