"""Reading feedback: the list of messages to the operators, and how many wait to be read."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from botcore.feedback.selection import FeedbackSelection
from botcore.models import Feedback
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people.privacy import Reader

EVERYTHING = FeedbackSelection()


@dataclass(frozen=True)
class Message:
    """One message with the person's name.

    Of a person's newest unread one on a page of a list `also` are the others that are unread there.
    """

    id: int
    user_id: int
    person: str
    kind: str
    text: str
    sent_at: datetime
    acknowledged: bool
    read_at: datetime | None
    also: tuple[int, ...] = ()


def messages(
    chosen: FeedbackSelection = EVERYTHING, *, reader: Reader, place: Place = FIRST, size: int = SIZE
) -> Page[Message]:
    """List feedback, newest first; for who may not read without the words."""
    page = Keyset(chosen.listed(), size=size, whole=EVERYTHING.listed()).at(place)
    return page.map(lambda rows: _messages(rows, reader))


def unread_of(user_id: int) -> int:
    """Count a person's unread messages."""
    return Feedback.objects.filter(read_at__isnull=True, user_id=user_id).count()


def message(feedback_id: int, *, reader: Reader) -> Message | None:
    """Return one message; for who may not read it without the words."""
    row = Feedback.objects.select_related("user").filter(pk=feedback_id).first() if 0 < feedback_id < 2**63 else None
    return _message(row, reader) if row else None


def _messages(rows: list[Feedback], reader: Reader) -> list[Message]:
    """Add to the newest unread one of each person the others."""
    unread: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.read_at is None:
            unread[row.user_id].append(row.pk)
    others = {max(pks): tuple(sorted(pks)[:-1]) for pks in unread.values()}
    return [_message(row, reader, others.get(row.pk, ())) for row in rows]


def _message(row: Feedback, reader: Reader, also: tuple[int, ...] = ()) -> Message:
    return Message(
        id=row.pk,
        user_id=row.user_id,
        person=row.user.name,
        kind=row.kind,
        text=row.text if reader.may_read(row.chat_id) else reader.hidden(),
        sent_at=row.sent_at,
        acknowledged=row.acknowledged,
        read_at=row.read_at,
        also=also,
    )
