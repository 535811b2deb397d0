"""Which messages of the outbox an operator means: conditions from an address, checked there, as a query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from botcore import timeline
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.models import OutgoingMessage, OutgoingState


@dataclass(frozen=True)
class OutboxSelection:
    """All messages that fit every condition; empty and None mean any. Times are of writing.

    `chats` are all ids of one chat, from before it moved, too; `broadcast` is the number of one.
    """

    state: str = ""
    chats: tuple[int, ...] = ()
    priority: int | None = None
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    broadcast: int = 0

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to them."""
        return (self.priority is not None or bool(self.source or self.broadcast)) and not self.chats

    @property
    def lead(self) -> str:
        """The column that leads the index of a single chat, see Keyset."""
        return "chat_id" if len(self.chats) == 1 else ""

    def listed(self) -> QuerySet[OutgoingMessage]:
        """Return what fits; spelled like the partial index' condition, because SQLite uses it only then."""
        found = OutgoingMessage.objects.filter(timeline.between(OutgoingMessage, "created_at", self.since, self.until))
        if self.state:
            found = found.filter(state=self.state)
            found = found if self.state == OutgoingState.SENT else found.exclude(state=OutgoingState.SENT)
        rest: dict[str, Any] = {"source": self.source}
        if self.chats:
            rest |= {"chat_id__range": self.chats * 2} if len(self.chats) == 1 else {"chat_id__in": self.chats}
        if self.broadcast:  # the key says whose it is
            rest["key__startswith"] = f"{BROADCAST_KEYS}{self.broadcast}:"
        found = found.filter(**{name: value for name, value in rest.items() if value})
        return found if self.priority is None else found.filter(priority=self.priority)
