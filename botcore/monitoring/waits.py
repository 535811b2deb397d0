"""What has waited longest: of updates, and of the messages that are due. One statement for the checks of health."""

from dataclasses import dataclass
from datetime import datetime

from botcore import sql
from botcore.inbox.selectors import REPLAYED_FIRST
from botcore.outbox.models import Priority

URGENT_FIRST = 1_000  # queued messages that are looked at for one that is no broadcast

# Conditions are spelled like those of the partial indexes, which SQLite wants repeated.
_WAITS = """
    SELECT -1, min(COALESCE(replayed_at, received_at)) FROM (SELECT replayed_at, received_at FROM botcore_update
        WHERE NOT (state = 'done') AND state >= 'pending' AND state <= 'pending' ORDER BY state, id LIMIT %s) AS pending
    UNION ALL SELECT priority, min(due_at) FROM (SELECT priority, due_at FROM botcore_outgoingmessage
        WHERE NOT (state = 'sent') AND state = 'queued' ORDER BY id LIMIT %s) AS queued
        WHERE due_at <= %s GROUP BY priority
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued message that is due; `priority` is its number."""

    due_at: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class Waits:
    """Since when the oldest update waits, and the message that waits longest: if there is one, no broadcast."""

    update: datetime | None
    message: Waiting | None


def waiting(now: datetime) -> Waits:
    """Return what waits at this moment."""
    (_, update), *queued = sql.execute(_WAITS, [REPLAYED_FIRST, URGENT_FIRST, sql.adapt(now)])
    due = [Waiting(sql.read_time(at), priority) for priority, at in queued]
    message = min(due, key=lambda one: (one.priority == Priority.BROADCAST, one.due_at), default=None)
    return Waits(sql.read_time(update) if update else None, message)
