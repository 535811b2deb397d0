"""Which file of a row is meant: an address names our own row, and only the row says what Telegram calls its file."""

from dataclasses import dataclass

from botcore.inbox.models import Update
from botcore.media.attachments import Attachment, of_message, of_sent
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.words import message_of, read_object
from botcore.people.privacy import Reader


@dataclass(frozen=True)
class Held:
    """The files of a row; without them, when they are not for the reader."""

    is_open: bool
    files: tuple[Attachment, ...] = ()


def of_update(pk: int, *, reader: Reader) -> Held | None:
    """Return what came in with an update; None when there is no such row."""
    row = Update.objects.filter(pk=pk).only("raw", "chat_id", "user_id").first()
    if row is None:
        return None
    if not reader.may_read(row.chat_id, row.user_id):
        return Held(is_open=False)
    found = of_message(message_of(read_object(row.raw)))
    return Held(is_open=True, files=(found,) if found else ())


def of_outgoing(pk: int, *, reader: Reader) -> Held | None:
    """Return what the bot sent with a message; None when there is no such row."""
    row = OutgoingMessage.objects.filter(pk=pk).only("payload", "files", "chat_id").first()
    if row is None:
        return None
    if not reader.may_read(row.chat_id):
        return Held(is_open=False)
    return Held(is_open=True, files=tuple(of_sent(row.files, read_object(row.payload))))
