"""Writes of feedback: keeping a message, marking it as read, answering it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.conversations import waits
from botcore.exceptions import ValidationError
from botcore.feedback.models import Feedback
from botcore.outbox.content import Content
from botcore.outbox.models import OutgoingMessage, Priority
from botcore.outbox.services import send
from botcore.validators import storable

SAME_ROW = timedelta(hours=1)  # messages closer than this get one acknowledgement


@dataclass(frozen=True, slots=True)
class Note:
    """A private message to the operators, from the update with this primary key.

    `unread` asks for a look, which nobody needs to have at what operators write themselves. Nobody is `thanked` by the
    bot while an operator talks with them.
    """

    update_pk: int
    user_id: int
    chat_id: int
    message_id: int
    kind: str
    text: str
    sent_at: datetime
    unread: bool
    thanked: bool = True


@transaction.atomic
def keep(note: Note) -> bool:
    """Store the message once; return True when the person should be thanked: for the first of a row."""
    thanked = Feedback.objects.filter(
        user_id=note.user_id, acknowledged=True, sent_at__gt=note.sent_at - SAME_ROW
    ).exclude(update_pk=note.update_pk)
    first = note.thanked and not thanked.exists()
    row, is_new = Feedback.objects.get_or_create(
        update_pk=note.update_pk,
        defaults={
            "chat_id": note.chat_id,
            "message_id": note.message_id,
            "user_id": note.user_id,
            "kind": note.kind[:20],
            "text": storable(note.text),
            "sent_at": note.sent_at,
            "acknowledged": first,
            "read_at": None if note.unread else timezone.now(),
        },
    )
    if is_new and note.unread:
        waits.arrived(note.user_id, note.sent_at, feedback=row.pk)
    return first


@transaction.atomic
def mark_read(feedback_id: int, *, by: str = "") -> bool:
    """Mark one message as read; return False when there is no such message."""
    found = Feedback.objects.filter(pk=feedback_id)
    user_id = found.values_list("user_id", flat=True).first()
    if user_id is None:
        return False
    waits.hold(user_id)
    if found.filter(read_at__isnull=True).update(read_at=timezone.now()):
        waits.settle(user_id)
        record("feedback.read", f"feedback:{feedback_id}", before={"read": False}, after={"read": True}, by=by)
    return True


@transaction.atomic
def answer(*, feedback_id: int, content: Content, by: str, update_pk: int | None = None) -> int:
    """Queue an answer below the person's message, which counts as read then, with those before; return its row.

    `update_pk` is the update that brought the answer: another attempt at it queues nothing.
    """
    key = f"answer:{update_pk}" if update_pk else None
    if update_pk and (known := OutgoingMessage.objects.filter(update_id=update_pk, key=key).first()):
        return known.pk
    note = Feedback.objects.filter(pk=feedback_id).first()
    if note is None:
        raise ValidationError(_("This message is no longer kept."))
    pk = send(
        chat_id=note.chat_id,
        content=content,
        reply_to=note.message_id,
        priority=Priority.ADMIN,
        update_pk=update_pk,
        source="feedback",
        key=key,
    )
    before = {"read": note.read_at is not None}
    waits.answered(note.user_id, operator=by, message=pk, upto=feedback_id)
    record("feedback.answer", f"feedback:{feedback_id}", before=before, after={"read": True, "message": pk}, by=by)
    return pk
