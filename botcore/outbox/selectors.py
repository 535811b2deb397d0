"""Reading what the bot says: a chat's conversation both ways, and how much waits or went wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.inbox.selectors import UpdateRow, row_of
from botcore.outbox import amendments, turns, words
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.turns import Turn
from botcore.paging import SIZE
from botcore.people.selectors import ids_of

# Spelled like the partial index's condition: SQLite uses that index only for a query that repeats it.
OPEN = ~Q(state="sent")
COUNTED = 10_001  # of each state at most
TAB_CAP = 99  # the same beside its tab
MOST_WAITING = 50_001


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Conversation:
    """Some turns, the newest first, and the cursor of what is older; "" when there is nothing.

    `arrived` are the newest updates among them, and maybe more, without names.
    """

    turns: list[Turn]
    older: str
    arrived: list[UpdateRow]


def conversation(
    chat_id: int, *, before: str = "", limit: int = SIZE, ids: Sequence[int] | None = None
) -> Conversation:
    """Return what was said in a chat, both ways, also before it moved; an unreadable cursor raises ValidationError.

    `ids` are all that the chat has and had, when they are known.
    """
    below_update, below_message = _cursor(before)
    chats, updates = ids or ids_of(chat_id), Update.objects.all()
    # What an operator has changed shows at the message itself.
    said = OutgoingMessage.objects.filter(amends=None)
    messages = amendments.with_changes(words.briefly(said, files=True))
    if below_update is not None:
        updates, messages = updates.filter(id__lt=below_update), messages.filter(id__lt=below_message)
    came = _newest_rows(updates.order_by("-chat_id", "-id"), chats, limit + 1)
    arrived, incoming = [row_of(row, "", "") for row in came[:limit]], [turns.incoming(row) for row in came]
    sent = _newest_rows(messages.order_by("chat_id", "-id"), chats, limit + 1)
    outgoing = [turns.outgoing(row) for row in sent]
    chosen = _newest(incoming, outgoing, limit)
    if len(chosen) == len(incoming) + len(outgoing):
        return Conversation(turns.told(_by_time(chosen)), "", arrived)
    lowest = [
        min((turn.pk for turn in chosen if turn.incoming is way), default=bound)
        for way, bound in ((True, below_update), (False, below_message))
    ]
    highest = [max((turn.pk for turn in side), default=0) + 1 for side in (incoming, outgoing)]
    bounds = [low if low is not None else high for low, high in zip(lowest, highest, strict=True)]
    return Conversation(turns.told(_by_time(chosen)), ".".join(map(str, bounds)), arrived)


def _newest_rows(rows: QuerySet[M], chats: Sequence[int], most: int) -> list[M]:
    """Return the newest rows of these chats; they are in the order of the index by chat, which differs by table.

    A chat is a range of that index: PostgreSQL looks for a number among the newest rows of all chats instead, which
    takes long for a chat that is large and silent. One that has moved is read so, in one statement.
    """
    if len(chats) > 1:
        return list(rows.filter(chat_id__in=chats).order_by("-id")[:most])
    (chat,) = chats
    return list(rows.filter(chat_id__range=(chat, chat))[:most])


def _newest(incoming: Sequence[Turn], outgoing: Sequence[Turn], limit: int) -> list[Turn]:
    """Take from two lists, each newest first, so that what is left of both is older by its place."""
    chosen: list[Turn] = []
    first, second = 0, 0
    while len(chosen) < limit and (first < len(incoming) or second < len(outgoing)):
        if second == len(outgoing) or (first < len(incoming) and incoming[first].at > outgoing[second].at):
            chosen.append(incoming[first])
            first += 1
        else:
            chosen.append(outgoing[second])
            second += 1
    return chosen


def _by_time(turns: Iterable[Turn]) -> list[Turn]:
    """Order them, the newest first; of the same moment the answer is the newer."""
    return sorted(turns, key=lambda turn: (turn.at, not turn.incoming, turn.pk), reverse=True)


def _cursor(before: str) -> tuple[int | None, int | None]:
    if not before:
        return None, None
    parts = before.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise ValidationError(_("The place in the conversation cannot be read. Start again from the newest."))
    return int(parts[0]), int(parts[1])


def oldest_due() -> datetime | None:
    """Return when the first queued message that is due was to be sent; None when nothing is due."""
    due = OutgoingMessage.objects.filter(OPEN, state=OutgoingState.QUEUED, due_at__lte=timezone.now())
    return due.order_by("id").values_list("due_at", flat=True).first()


def waiting() -> dict[tuple[str, str], int]:
    """Count messages that are to be sent by priority and state, but all together not further than the cap."""
    counted = {
        (priority, state): count
        for priority, state, count in sql.execute(
            """SELECT priority, state, count(*) FROM (
                SELECT priority, state FROM botcore_outgoingmessage
                WHERE NOT (state = 'sent') AND state IN ('queued', 'sending') LIMIT %s
            ) AS waiting GROUP BY priority, state""",
            [MOST_WAITING],
        )
    }
    return {(p.label, state.value): counted.get((p.value, state.value), 0) for p in Priority for state in WAITING}


def counts(most: int = COUNTED) -> dict[str, int]:
    """Count messages by state, at most so many of each; those that were sent are not counted."""
    caps = {state: most for state in OutgoingState.values if state != OutgoingState.SENT}
    return sql.count_by_state("botcore_outgoingmessage", caps, index="NOT (state = 'sent')")
