"""Edits and deletions of what the bot has sent: rows of the outbox that name the message which they change.

The message's own row stays as it was sent; how it reads now follows from the changes that were made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from botcore.outbox import words
from botcore.outbox.models import OutgoingMessage, OutgoingState

DELETE = "deleteMessage"
# What changes the words of a message that was sent by a method, and the parameter with them.
TEXT, CAPTION = ("editMessageText", "text"), ("editMessageCaption", "caption")
EDITS = {
    "sendMessage": TEXT,
    **dict.fromkeys(("sendPhoto", "sendVideo", "sendAnimation", "sendAudio", "sendVoice", "sendDocument"), CAPTION),
}
SAY_ANEW = frozenset({"editMessageText", "editMessageCaption", "editMessageMedia"})
_ONE = re.compile(r"send(?!MediaGroup$)\w+|copyMessage|forwardMessage")
DELETABLE = timedelta(hours=48)  # core.telegram.org/bots/api#deletemessage


def makes_one(method: str) -> bool:
    """Tell whether a call of this method makes one message: of several only the first one's number is kept."""
    return _ONE.fullmatch(method) is not None


@dataclass(frozen=True)
class Amendment:
    """One change of a message; `text` is what it reads by it."""

    pk: int
    is_deletion: bool
    text: str
    state: OutgoingState
    error: str
    at: datetime

    @property
    def is_done(self) -> bool:
        """Tell whether Telegram has made it."""
        return self.state == OutgoingState.SENT


def of(pks: Iterable[int]) -> dict[int, tuple[Amendment, ...]]:
    """Return the changes of these messages in their order: those that are done by when they were, then the others."""
    chosen = sorted(set(pks))
    if not chosen:
        return {}
    found: dict[int, list[Amendment]] = {}
    # The first condition is the partial index' own: SQLite uses that index only for a query that repeats it.
    for row in words.briefly(OutgoingMessage.objects.filter(amends__isnull=False, amends__in=chosen)).order_by("pk"):
        found.setdefault(row.amends_id or 0, []).append(_amendment(row))
    return {pk: tuple(sorted(made, key=lambda one: (one.at, one.pk))) for pk, made in found.items()}


def _amendment(row: OutgoingMessage) -> Amendment:
    return Amendment(
        pk=row.pk,
        is_deletion=row.method == DELETE,
        text=words.of_payload(row.beginning)[0],
        state=OutgoingState(row.state),
        error=row.error,
        at=row.finished_at or row.created_at,
    )
