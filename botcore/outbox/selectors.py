"""Reading what the bot says: a chat's conversation both ways, lists and details for pages, counts by state."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.inbox.selectors import pretty
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from botcore.paging import SIZE, Keyset, Page
from botcore.people import selectors as people

# Spelled like the partial index's condition: SQLite uses that index only for a query that repeats it.
OPEN = ~Q(state="sent")
COUNTED = 10_001  # of each state at most
WINDOW = 50_000  # messages that one page looks through for a priority or a source, which have no index
MOST_CAUSED = 100
LONGEST_TEXT = 500  # characters of what was said in a list
SHOWN = ("text", "caption", "data", "query")  # what stands for a message, in the order of asking


@dataclass(frozen=True)
class OutgoingRow:
    """A message of the bot in a list; `text` is its beginning, `chat` is empty when it is not known."""

    id: int
    bot_id: int
    chat_id: int
    chat: str
    method: str
    text: str
    priority: Priority
    state: OutgoingState
    error: str
    attempts: int
    message_id: int | None
    update_pk: int | None
    source: str
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    latency_ms: float | None


@dataclass(frozen=True)
class OutgoingDetail(OutgoingRow):
    """Everything about one message; `payload` is its JSON, indented."""

    key: str
    started_at: datetime | None
    payload: str


@dataclass(frozen=True)
class Wanted:
    """All messages that fit every condition."""

    states: tuple[str, ...] = ()
    chat_id: int | None = None
    priority: int | None = None
    source: str = ""
    update_pk: int | None = None


@dataclass(frozen=True)
class Line:
    """One thing said in a chat, by people (`incoming`, `id` is the update's) or by the bot (the message's).

    `kind` is the update's kind or the method, `by` the person's id or the handler; `cause` is the update behind it.
    """

    incoming: bool
    id: int
    at: datetime
    kind: str
    text: str
    state: str
    error: str
    by: str
    cause: int | None


@dataclass(frozen=True)
class Conversation:
    """Some lines, the newest first, and the cursor of what is older; "" when there is nothing."""

    lines: list[Line]
    older: str


EVERYTHING = Wanted()


def conversation(chat_id: int, *, before: str = "", limit: int = SIZE) -> Conversation:
    """Return what was said in a chat, both ways; an unreadable cursor raises ValidationError."""
    below_update, below_message = _cursor(before)
    updates = Update.objects.filter(chat_id=chat_id)
    messages = OutgoingMessage.objects.filter(chat_id=chat_id)
    if below_update is not None:
        updates, messages = updates.filter(id__lt=below_update), messages.filter(id__lt=below_message)
    incoming = [_line_in(row) for row in updates.order_by("-id")[: limit + 1]]
    outgoing = [_line_out(row) for row in messages.order_by("-id")[: limit + 1]]
    chosen = _newest(incoming, outgoing, limit)
    if len(chosen) == len(incoming) + len(outgoing):
        return Conversation(_by_time(chosen), "")
    lowest = [
        min((line.id for line in chosen if line.incoming is side), default=bound)
        for side, bound in ((True, below_update), (False, below_message))
    ]
    highest = [max((line.id for line in lines), default=0) + 1 for lines in (incoming, outgoing)]
    bounds = [low if low is not None else high for low, high in zip(lowest, highest, strict=True)]
    return Conversation(_by_time(chosen), ".".join(map(str, bounds)))


def _newest(incoming: Sequence[Line], outgoing: Sequence[Line], limit: int) -> list[Line]:
    """Take from two lists, each newest first, so that what is left of both is older by its place."""
    chosen: list[Line] = []
    first, second = 0, 0
    while len(chosen) < limit and (first < len(incoming) or second < len(outgoing)):
        if second == len(outgoing) or (first < len(incoming) and incoming[first].at > outgoing[second].at):
            chosen.append(incoming[first])
            first += 1
        else:
            chosen.append(outgoing[second])
            second += 1
    return chosen


def _by_time(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _cursor(before: str) -> tuple[int | None, int | None]:
    if not before:
        return None, None
    parts = before.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise ValidationError("The place in the conversation cannot be read. Start again from the newest.")
    return int(parts[0]), int(parts[1])


def outgoing_list(wanted: Wanted = EVERYTHING, *, cursor: str = "", size: int = SIZE) -> Page[OutgoingRow]:
    """List messages, newest first."""
    if unknown := sorted(set(wanted.states) - set(OutgoingState.values)):
        raise ValidationError(f"There is no state {unknown[0]!r}; the states are {', '.join(OutgoingState.values)}.")
    found = OutgoingMessage.objects.all()
    if wanted.states:
        one = len(wanted.states) == 1  # an index on state serves one state in order, not several
        found = found.filter(state=wanted.states[0]) if one else found.filter(state__in=wanted.states)
        found = found if OutgoingState.SENT in wanted.states else found.filter(OPEN)
    conditions = {
        "chat_id": wanted.chat_id,
        "priority": wanted.priority,
        "source": wanted.source or None,
        "update_id": wanted.update_pk,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value is not None})
    has_index = wanted.chat_id is not None or wanted.update_pk is not None
    is_slow = (wanted.priority is not None or wanted.source) and not has_index
    return Keyset(found, size=size, window=WINDOW if is_slow else 0).page(cursor).map(_rows)


def outgoing(pk: int) -> OutgoingDetail | None:
    """Return everything about one message."""
    row = OutgoingMessage.objects.filter(pk=pk).first()
    if row is None:
        return None
    (listed,) = _rows([row])
    return OutgoingDetail(**vars(listed), key=row.key or "", started_at=row.started_at, payload=pretty(row.payload))


def caused_by(update_pk: int) -> list[OutgoingRow]:
    """Return what the bot said because of an update, oldest first."""
    return _rows(list(OutgoingMessage.objects.filter(update_id=update_pk).order_by("id")[:MOST_CAUSED]))


def counts() -> dict[str, int]:
    """Count messages by state, but not further than the cap; those that were sent are not counted."""
    return {
        state: OutgoingMessage.objects.filter(OPEN, state=state).order_by()[:COUNTED].count()
        for state in OutgoingState.values
        if state != OutgoingState.SENT
    }


def _rows(rows: list[OutgoingMessage]) -> list[OutgoingRow]:
    """Add the chats' titles, with one query."""
    titles = people.chat_titles(row.chat_id for row in rows)
    return [
        OutgoingRow(
            id=row.pk,
            bot_id=row.bot_id,
            chat_id=row.chat_id,
            chat=titles.get(row.chat_id, ""),
            method=row.method,
            text=_said(_object(row.payload)),
            priority=Priority(row.priority),
            state=OutgoingState(row.state),
            error=row.error,
            attempts=row.attempts,
            message_id=row.message_id,
            update_pk=row.update_id,
            source=row.source,
            due_at=row.due_at,
            created_at=row.created_at,
            finished_at=row.finished_at,
            latency_ms=row.latency_ms,
        )
        for row in rows
    ]


def _line_in(row: Update) -> Line:
    body = _object(row.raw).get(row.kind)
    text = _said(body if isinstance(body, dict) else {})
    by = str(row.user_id) if row.user_id is not None else ""
    return Line(True, row.pk, row.received_at, row.kind, text, row.state, row.error, by, row.pk)


def _line_out(row: OutgoingMessage) -> Line:
    at, text = row.finished_at or row.created_at, _said(_object(row.payload))
    return Line(False, row.pk, at, row.method, text, row.state, row.error, row.source, row.update_id)


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _said(body: dict[str, Any]) -> str:
    """Return the words of a message or a call; "" for one without any. A lone surrogate cannot be shown."""
    words = next((body[name] for name in SHOWN if isinstance(body.get(name), str)), "")
    return words[:LONGEST_TEXT].encode("utf-8", "replace").decode()
