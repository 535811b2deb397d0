"""Reading chats: the list with its search, and who and what the bot knows of one."""

from dataclasses import dataclass
from datetime import datetime

from botcore.errors import selectors as errors
from botcore.errors.models import ErrorFingerprint, ErrorGroup
from botcore.errors.selectors import GroupRow
from botcore.inbox.models import Update
from botcore.models import Chat, Reach
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people.chat_selection import ChatSelection
from botcore.people.selectors import ids_of, names

TYPES = ("private", "group", "supergroup", "channel")
EVERYWHERE = ChatSelection()
LOOKED_AT = 1_000  # of a chat's newest updates: whoever wrote before is not looked for
MOST_MEMBERS = 50


@dataclass(frozen=True)
class ChatRow:
    """A chat in a list; `name` is its title, else its id."""

    id: int
    name: str
    type: str
    username: str
    reach: Reach
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Member:
    """Somebody who wrote in a chat lately, and how often among its newest updates."""

    user_id: int
    name: str
    updates: int


def chats(chosen: ChatSelection = EVERYWHERE, *, place: Place = FIRST, size: int = SIZE) -> Page[ChatRow]:
    """List chats, last seen first."""
    page = Keyset(chosen.listed(), by=("last_seen", "id"), size=size).at(place)
    return page.map(lambda rows: [_row(row) for row in rows])


def members(chat_id: int) -> list[Member]:
    """Return who wrote the newest updates of a chat, the busiest first."""
    newest = Update.objects.filter(chat_id__in=ids_of(chat_id)).order_by("-id").values_list("user_id", flat=True)
    counted: dict[int, int] = {}
    for user_id in newest[:LOOKED_AT]:
        if user_id is not None:
            counted[user_id] = counted.get(user_id, 0) + 1
    busiest = sorted(counted, key=lambda user_id: -counted[user_id])[:MOST_MEMBERS]
    known = names(busiest)
    return [Member(user_id, known.get(user_id, ""), counted[user_id]) for user_id in busiest]


def errors_in(chat_id: int, size: int = 10) -> list[GroupRow]:
    """Return the errors that the newest updates of a chat met, last seen first."""
    newest = Update.objects.filter(chat_id__in=ids_of(chat_id)).order_by("-id").values_list("error_group", flat=True)
    marks = {mark for mark in newest[:LOOKED_AT] if mark}
    if not marks:
        return []
    groups = ErrorFingerprint.objects.filter(value__in=marks).values("group_id")
    found = ErrorGroup.objects.filter(pk__in=groups).order_by("-last_seen", "-id")[:size]
    return errors.rows_of(list(found), hours=False)


def _row(row: Chat) -> ChatRow:
    return ChatRow(row.pk, str(row), row.type, row.username, Reach(row.reach), row.first_seen, row.last_seen)
