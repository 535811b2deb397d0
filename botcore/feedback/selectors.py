"""Reading feedback: the list of messages to the operators, and how many wait to be read."""

from dataclasses import dataclass
from datetime import datetime

from botcore.models import Feedback
from botcore.paging import SIZE, Keyset, Page
from botcore.people.privacy import Reader


@dataclass(frozen=True)
class Message:
    """One message with the person's name."""

    id: int
    user_id: int
    person: str
    kind: str
    text: str
    sent_at: datetime
    acknowledged: bool
    read_at: datetime | None


def messages(
    *, reader: Reader, unread_only: bool = False, user_id: int | None = None, cursor: str = "", size: int = SIZE
) -> Page[Message]:
    """List feedback, newest first; for who may not read without the words."""
    found = Feedback.objects.select_related("user")
    if unread_only:
        found = found.filter(read_at__isnull=True)
    if user_id is not None:
        found = found.filter(user_id=user_id)
    return Keyset(found, size=size).page(cursor).map(lambda rows: [_message(row, reader) for row in rows])


def message(feedback_id: int) -> Message | None:
    """Return one message."""
    row = Feedback.objects.select_related("user").filter(pk=feedback_id).first() if 0 < feedback_id < 2**63 else None
    return _message(row, Reader()) if row else None


def unread_count(cap: int = 1000) -> int:
    """Count unread messages, but not further than the cap."""
    return Feedback.objects.filter(read_at__isnull=True).order_by()[:cap].count()


def _message(row: Feedback, reader: Reader) -> Message:
    return Message(
        id=row.pk,
        user_id=row.user_id,
        person=row.user.name,
        kind=row.kind,
        text=row.text if reader.reads else reader.hidden(),
        sent_at=row.sent_at,
        acknowledged=row.acknowledged,
        read_at=row.read_at,
    )
