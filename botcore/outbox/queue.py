"""What waits, in short: updates and chats in the inbox, messages in the outbox by state, and the newest trouble."""

from dataclasses import dataclass
from datetime import datetime

from botcore.inbox import selectors as inbox
from botcore.inbox.models import Lane
from botcore.outbox.listing import OutgoingRow, outgoing
from botcore.outbox.models import OutgoingState
from botcore.outbox.selection import OutboxSelection
from botcore.outbox.selectors import counts, oldest_due
from botcore.people.privacy import Reader

TROUBLE = (OutgoingState.FAILED, OutgoingState.UNCERTAIN)
NEWEST = 3  # of each kind of trouble
MOST_CHATS = 10_001


@dataclass(frozen=True)
class Queue:
    """What waits. `messages` counts by state, `chats` those with updates to handle; the times are of the oldest."""

    updates: int
    chats: int
    oldest_update: datetime | None
    messages: dict[str, int]
    oldest_message: datetime | None
    trouble: tuple[OutgoingRow, ...]


def queue(*, reader: Reader) -> Queue:
    """Return what waits now."""
    rows = [row for state in TROUBLE for row in outgoing(OutboxSelection(state), reader=reader, size=NEWEST).rows]
    return Queue(
        updates=inbox.pending_count(),
        chats=Lane.objects.filter(ready_at__isnull=False).order_by()[:MOST_CHATS].count(),
        oldest_update=inbox.oldest_pending(),
        messages=counts(),
        oldest_message=oldest_due(),
        trouble=tuple(sorted(rows, key=lambda row: row.id, reverse=True)),
    )
