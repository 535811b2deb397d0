"""Reading chats: the list with its search, and who and what the bot knows of one."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from botcore.errors import selectors as errors
from botcore.errors.models import ErrorFingerprint, ErrorGroup
from botcore.errors.selectors import GroupRow
from botcore.inbox.models import Update
from botcore.models import Chat, Reach
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people.chat_selection import ChatSelection

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


@dataclass(frozen=True)
class Lately:
    """What a chat's newest updates say: who `wrote` how many, the busiest first, and the fingerprints of errors."""

    wrote: dict[int, int]
    marks: set[str]


def chats(chosen: ChatSelection = EVERYWHERE, *, place: Place = FIRST, size: int = SIZE) -> Page[ChatRow]:
    """List chats, last seen first."""
    page = Keyset(chosen.listed(), by=("last_seen", "id"), size=size).at(place)
    return page.map(lambda rows: [_row(row) for row in rows])


def lately(chat_ids: list[int]) -> Lately:
    """Look through the newest updates of a chat, under all the ids that it has and had."""
    newest = Update.objects.filter(chat_id__in=chat_ids).order_by("-id").values_list("user_id", "error_group")
    rows = list(newest[:LOOKED_AT])
    counted = Counter(user_id for user_id, _ in rows if user_id is not None)
    return Lately(dict(counted.most_common(MOST_MEMBERS)), {mark for _, mark in rows if mark})


def members(found: Lately, names: dict[int, str]) -> list[Member]:
    """Return who wrote them, the busiest first."""
    return [Member(user_id, names.get(user_id, ""), count) for user_id, count in found.wrote.items()]


def errors_in(seen: Lately, size: int = 10) -> list[GroupRow]:
    """Return the errors that they met, last seen first."""
    if not seen.marks:
        return []
    groups = ErrorFingerprint.objects.filter(value__in=seen.marks).values("group_id")
    found = ErrorGroup.objects.filter(pk__in=groups).order_by("-last_seen", "-id")[:size]
    return errors.rows_of(list(found), hours=False)


def _row(row: Chat) -> ChatRow:
    return ChatRow(row.pk, str(row), row.type, row.username, Reach(row.reach), row.first_seen, row.last_seen)
