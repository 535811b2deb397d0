"""Reading the operators' inbox: the list with its counts, and how one conversation stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from botcore import sql
from botcore.conversations.models import Conversation
from botcore.conversations.selection import CLOSED, MINE, WAITING, ConversationSelection, tab_rows
from botcore.exceptions import ValidationError
from botcore.feedback.models import Feedback
from botcore.inbox.models import Update
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.turns import Turn
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people.models import PersonNote
from botcore.people.privacy import Reader

EVERYTHING = ConversationSelection()
TAB_CAP = 99
ANSWERABLE = 10  # turns that an answer may stand below
NOTES = 20  # on a page; the person's own page has all of them
SORTS = {"last": ("last_at", "person_id"), "waits": ("waiting_since", "person_id")}


@dataclass(frozen=True)
class ConversationRow:
    """A conversation in the list; `text` is what the person wrote last, "" for nothing and for who may not read it."""

    id: int
    name: str
    text: str
    kind: str
    unread: int
    is_open: bool
    waiting_since: datetime | None
    last_at: datetime
    assignee: str
    taken_by: str


@dataclass(frozen=True)
class Standing:
    """How a conversation stands. `seen` is the newest message to the operators, which acts say that they have seen.

    `next` is with whom another one stands in which somebody waits, the longest; 0 for none.
    """

    is_open: bool = False
    waiting_since: datetime | None = None
    unread: int = 0
    assignee_id: int | None = None
    assignee: str = ""
    answers: int = 0
    taken_until: datetime | None = None
    taken_by: str = ""
    seen: int = 0
    next: int = 0


@dataclass(frozen=True)
class Note:
    """What an operator told the others."""

    id: int
    account_id: int | None
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Part:
    """A stretch of a conversation, newest first: turns, or the note that stands between them, or where notes end."""

    turns: tuple[Turn, ...] = ()
    note: Note | None = None
    is_cut: bool = False  # older notes are not shown


def conversations(
    chosen: ConversationSelection = EVERYTHING,
    *,
    reader: Reader,
    sort: str = "last",
    place: Place = FIRST,
    size: int = SIZE,
) -> Page[ConversationRow]:
    """List conversations, those in which somebody wrote last first; by `waits` those only in which somebody waits."""
    rows = chosen.listed()
    if sort == "waits":
        rows = rows.filter(waiting_since__isnull=False)
    page = Keyset(rows, by=SORTS[sort], size=size, whole=EVERYTHING.listed()).at(place)
    return page.map(lambda rows: _rows(rows, reader))


def tab_counts(account: int) -> dict[str, int]:
    """Count the conversations that wait, are the account's own, or are closed, each up to one more than the cap."""
    return sql.count_each(
        {tab: tab_rows(tab, account).order_by().values("pk")[: TAB_CAP + 1] for tab in (WAITING, MINE, CLOSED)}
    )


def newest_message() -> int:
    """Return the newest message to the operators, of anybody; 0 for none. What comes later is newer for all."""
    return Feedback.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def assignee_of(user_id: int) -> int:
    """Return whose a conversation is; 0 for nobody's."""
    return Conversation.objects.filter(pk=user_id).values_list("assignee_id", flat=True).first() or 0


def standing(user_id: int) -> Standing:
    """Return how the conversation with a person stands; a closed one where there is none yet."""
    newest = Feedback.objects.filter(user_id=OuterRef("pk")).order_by("-id").values("pk")[:1]
    unread = Feedback.objects.filter(user_id=OuterRef("pk"), read_at__isnull=True).order_by().values("user_id")
    waiting = (
        Conversation.objects.filter(waiting_since__isnull=False).exclude(pk=user_id).order_by("waiting_since", "pk")
    )
    facts = {
        "next": Subquery(waiting.values("pk")[:1]),
        "seen": Subquery(newest),
        "unread": Subquery(unread.annotate(n=Count("pk")).values("n")),
    }
    row: Any = Conversation.objects.filter(pk=user_id).select_related("assignee").annotate(**facts).first()
    if row is None:
        return Standing()
    return Standing(
        is_open=row.is_open,
        waiting_since=row.waiting_since,
        unread=row.unread or 0,
        assignee_id=row.assignee_id,
        assignee=row.assignee.get_username() if row.assignee else "",
        answers=row.answers,
        taken_until=row.taken_until if row.is_taken else None,
        taken_by=row.taken_by if row.is_taken else "",
        seen=row.seen or 0,
        next=row.next or 0,
    )


def parts(user_id: int, turns: list[Turn], *, is_first: bool, is_last: bool) -> list[Part]:
    """Put the notes between the turns of a page, which are newest first; the first and last page have all beyond."""
    found = PersonNote.objects.filter(user_id=user_id)
    if turns and not is_first:
        found = found.filter(at__lte=turns[0].at)
    if turns and not is_last:
        found = found.filter(at__gt=turns[-1].at)
    parts: list[Part] = []
    rest = list(turns)
    notes = list(found.order_by("-at", "-id")[: NOTES + 1])
    for row in notes[:NOTES]:
        newer = [turn for turn in rest if turn.at > row.at]
        rest = rest[len(newer) :]
        parts += [Part(tuple(newer))] if newer else []
        parts.append(Part(note=Note(row.pk, row.account_id, row.text, row.by, row.at)))
    if len(notes) > NOTES:
        parts.append(Part(is_cut=True))
    return [*parts, Part(tuple(rest))] if rest else parts


def answerable(turns: Iterable[Turn]) -> list[tuple[str, Turn]]:
    """Return the newest turns below which an answer may stand, each with its name for message_id()."""
    found = [(f"u{turn.pk}" if turn.incoming else f"o{turn.pk}", turn) for turn in turns if _stands(turn)]
    return found[:ANSWERABLE]


def message_id(user_id: int, name: str) -> int:
    """Return Telegram's id of a turn in the private chat with a person."""
    side, number = name[:1], name[1:]
    found = None
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = _incoming(user_id, int(number)) if side == "u" else _outgoing(user_id, int(number))
    if found is None:
        raise ValidationError(_("The message that you answer is no longer kept."))
    return found


def _stands(turn: Turn) -> bool:
    """Tell whether a turn is a message in the chat."""
    return turn.kind == "message" if turn.incoming else turn.state == OutgoingState.SENT


def _incoming(user_id: int, pk: int) -> int | None:
    raw = Update.objects.filter(pk=pk, chat_id=user_id, kind="message").values_list("raw", flat=True).first()
    try:
        return int(json.loads(raw or "{}")["message"]["message_id"])
    except (ValueError, KeyError, TypeError):
        return None


def _outgoing(user_id: int, pk: int) -> int | None:
    return OutgoingMessage.objects.filter(pk=pk, chat_id=user_id).values_list("message_id", flat=True).first()


def _rows(rows: list[Conversation], reader: Reader) -> list[ConversationRow]:
    """Add what each person wrote last and how much of it is unread, one query each."""
    ids = [row.pk for row in rows]
    unread = Feedback.objects.filter(user_id__in=ids, read_at__isnull=True).order_by().values_list("user_id")
    counts = dict(unread.annotate(n=Count("pk"))) if ids else {}
    newest = _newest([pk for pk in ids if reader.may_read(pk)])
    return [_row(row, counts.get(row.pk, 0), newest.get(row.pk)) for row in rows]


def _newest(ids: list[int]) -> dict[int, Feedback]:
    if not ids:
        return {}
    last = Feedback.objects.filter(user_id=OuterRef("pk")).order_by("-id").values("pk")[:1]
    chosen = Conversation.objects.filter(pk__in=ids).order_by().annotate(last=Subquery(last)).values("last")
    return {row.user_id: row for row in Feedback.objects.filter(pk__in=chosen)}


def _row(row: Conversation, unread: int, newest: Feedback | None) -> ConversationRow:
    return ConversationRow(
        id=row.pk,
        name=row.person.name,
        text=newest.text if newest else "",
        kind=newest.kind if newest else "",
        unread=unread,
        is_open=row.is_open,
        waiting_since=row.waiting_since,
        last_at=row.last_at,
        assignee=row.assignee.get_username() if row.assignee else "",
        taken_by=row.taken_by if row.is_taken else "",
    )
