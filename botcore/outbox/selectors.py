"""Reading a chat's conversation: what came in and what went out, newest first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from botcore.models import OutgoingMessage, Update
from botcore.outbox import words


@dataclass(frozen=True)
class Turn:
    """Something that came in or went out; `update_pk` is the update itself, or the one that caused the message."""

    at: datetime
    incoming: bool
    text: str
    kind: str
    state: str
    error: str
    update_pk: int | None
    outgoing_pk: int | None
    media: str


def conversation(chat_id: int, *, before: tuple[datetime, int] | None = None, limit: int = 50) -> list[Turn]:
    """Return the newest turns before a moment and the key of the turn that has it, newest first."""
    received, sent = Q(chat_id=chat_id), Q(chat_id=chat_id)
    if before:
        at, key = before
        received &= Q(received_at__lt=at) | Q(received_at=at, pk__lt=key)
        sent &= Q(created_at__lt=at) | Q(created_at=at, pk__lt=key)
    updates = Update.objects.filter(received).order_by("-received_at", "-pk")[:limit]
    messages = OutgoingMessage.objects.filter(sent).order_by("-created_at", "-pk")[:limit]
    turns = [*map(_incoming, updates), *map(_outgoing, messages)]
    return sorted(turns, key=_place, reverse=True)[:limit]


def _place(turn: Turn) -> tuple[datetime, bool, int]:
    """Order by time; of the same moment the answer is the newer."""
    return turn.at, not turn.incoming, turn.outgoing_pk or turn.update_pk or 0


def _incoming(row: Update) -> Turn:
    text, media = words.of_update(row.raw)
    return Turn(row.received_at, True, text, row.kind, row.state, row.error, row.pk, None, media)


def _outgoing(row: OutgoingMessage) -> Turn:
    text, media = words.of_payload(row.payload)
    return Turn(row.created_at, False, text, row.method, row.state, row.error, row.update_id, row.pk, media)
