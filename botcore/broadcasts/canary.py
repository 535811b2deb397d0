"""The canary: the first few of a broadcast, whose ends are waited for before anybody else gets it.

Settings say how many they are, and how many of them may fail or have blocked the bot.
"""

from botcore.broadcasts import audience
from botcore.broadcasts.models import Broadcast
from botcore.runtime import settings as runtime


def size(total: int | None) -> int:
    """Return how many of so many people come first; 0 where all are so few, or nobody wants a canary."""
    percent, people = runtime.value("broadcasts.canary_percent"), audience.COUNTED if total is None else total
    first = max(runtime.value("broadcasts.canary_least"), -(-people * percent // 100))
    return first if percent and first < people else 0


def has_ended(row: Broadcast) -> bool:
    """Tell whether the first have it all, so that only their ends can have stopped it."""
    return 0 < row.canary <= row.queued and not row.deliveries.exists()


def complaint(row: Broadcast) -> str:
    """Return why the rest shall not get it, once the first have ended; "" when they went well."""
    left = 0 if row.amends_id else row.blocked  # who has left since does not speak against an edit
    lost, bound = row.failed + left, runtime.value("broadcasts.canary_bound")
    if 100 * lost <= bound * row.ended:
        return ""
    return f"Of the first {row.ended:,} deliveries {lost:,} failed or were blocked: more than {bound} in a hundred."
