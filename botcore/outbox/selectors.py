"""Reading what the bot says: a chat's conversation both ways, and how much waits or went wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.exceptions import ValidationError
from botcore.inbox.models import State, Update
from botcore.inbox.selectors import UpdateRow, row_of
from botcore.outbox import words
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.paging import SIZE
from botcore.people.selectors import ids_of

# Spelled like the partial index's condition: SQLite uses that index only for a query that repeats it.
OPEN = ~Q(state="sent")
COUNTED = 10_001  # of each state at most
MOST_WAITING = 50_001


@dataclass(frozen=True)
class Turn:
    """Something that came in or went out; `update_pk` is the update itself, or the one that caused the message.

    `kind` is the update's kind or the method, `source` the handler or caller behind a message.
    """

    at: datetime
    incoming: bool
    text: str
    media: str
    kind: str
    state: State | OutgoingState
    error: str
    update_pk: int | None
    outgoing_pk: int | None
    source: str = ""

    @property
    def pk(self) -> int:
        """The row's key in its own table."""
        return (self.update_pk if self.incoming else self.outgoing_pk) or 0


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
    (newest, *before_it_moved) = ids or ids_of(chat_id)
    is_here = Q(chat_id__in=[newest, *before_it_moved]) if before_it_moved else Q(chat_id=newest)
    updates = Update.objects.filter(is_here)
    messages = words.briefly(OutgoingMessage.objects.filter(is_here))
    if below_update is not None:
        updates, messages = updates.filter(id__lt=below_update), messages.filter(id__lt=below_message)
    came = list(updates.order_by("-id")[: limit + 1])
    arrived, incoming = [row_of(row, "", "") for row in came[:limit]], [_incoming(row) for row in came]
    outgoing = [_outgoing(row) for row in messages.order_by("-id")[: limit + 1]]
    chosen = _newest(incoming, outgoing, limit)
    if len(chosen) == len(incoming) + len(outgoing):
        return Conversation(_by_time(chosen), "", arrived)
    lowest = [
        min((turn.pk for turn in chosen if turn.incoming is side), default=bound)
        for side, bound in ((True, below_update), (False, below_message))
    ]
    highest = [max((turn.pk for turn in turns), default=0) + 1 for turns in (incoming, outgoing)]
    bounds = [low if low is not None else high for low, high in zip(lowest, highest, strict=True)]
    return Conversation(_by_time(chosen), ".".join(map(str, bounds)), arrived)


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


def _incoming(row: Update) -> Turn:
    text, media = words.of_update(row.raw)
    return Turn(row.received_at, True, text, media, row.kind, State(row.state), row.error, row.pk, None)


def _outgoing(row: OutgoingMessage) -> Turn:
    text, media = words.of_payload(row.beginning)
    at = row.finished_at or row.created_at
    return Turn(
        at, False, text, media, row.method, OutgoingState(row.state), row.error, row.update_id, row.pk, row.source
    )


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


def counts() -> dict[str, int]:
    """Count messages by state, but not further than the cap; those that were sent are not counted."""
    caps = {state: COUNTED for state in OutgoingState.values if state != OutgoingState.SENT}
    return sql.count_by_state("botcore_outgoingmessage", caps, index="NOT (state = 'sent')")
