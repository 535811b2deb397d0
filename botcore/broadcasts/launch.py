"""The moment when a broadcast begins, for a press and for the feeder: how many get it, and how many of them first."""

from datetime import timedelta

from django.utils import timezone

from botcore.broadcasts import aim, audience, canary
from botcore.broadcasts.models import Broadcast, BroadcastState

COUNT_HOLDS = timedelta(hours=1)  # of a draft: to count takes seconds for each million people


def people_now(row: Broadcast) -> int | None:
    """Return how many people will get it: as it was counted for the draft, unless that is long ago or was nobody."""
    if row.amends is not None:
        return row.amends.sent
    is_fresh = row.total != 0 and timezone.now() - (row.counted_at or row.created_at) < COUNT_HOLDS
    return row.total if is_fresh else audience.count(aim.among(row))


def launch(row: Broadcast) -> None:
    """Let it run from now on; needs the caller's transaction, with the row locked and counted."""
    row.state, row.started_at, row.canary = BroadcastState.RUNNING, timezone.now(), canary.size(row.total)
    row.save(update_fields=["state", "started_at", "total", "canary", "tell_chat", "stars"])


def in_words(total: int | None) -> str:
    """Say how many people that is, in English."""
    if total is None:
        return f"more than {audience.COUNTED:,} people"
    return "1 person" if total == 1 else f"{total:,} people"
