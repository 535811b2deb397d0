"""What new occurrences do to a group's state: a regression, the end of a mute, a problem that is known by now. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup

KNOWN_AFTER = timedelta(days=7)  # from then on a problem is no news


@dataclass(frozen=True)
class Change:
    """A new state with its reason."""

    state: GroupState
    text: str


def after(group: ErrorGroup, *, count: int, last_at: datetime, release: str) -> Change | None:
    """Return the state that a group takes on by new occurrences, None when it stays as it is; note a mute's window."""
    if group.state == GroupState.RESOLVED:
        return _after_resolution(group, last_at=last_at, release=release)
    if group.state == GroupState.MUTED:
        return _after_mute(group, count=count, last_at=last_at)
    if group.state in {GroupState.NEW, GroupState.REGRESSED} and last_at - group.state_at > KNOWN_AFTER:
        return Change(GroupState.ONGOING, "it has gone on for a week")
    return None


def _after_resolution(group: ErrorGroup, *, last_at: datetime, release: str) -> Change | None:
    """An occurrence from before the resolution, or from the release that may still have the bug, changes nothing."""
    if last_at <= group.state_at or (group.resolved_release and release == group.resolved_release):
        return None
    return Change(GroupState.REGRESSED, f"it came again in release {release}" if release else "it came again")


def _after_mute(group: ErrorGroup, *, count: int, last_at: datetime) -> Change | None:
    if last_at <= group.state_at:
        return None  # it comes late, from before the mute
    if group.muted_until:
        return Change(GroupState.ONGOING, "its mute is over") if last_at >= group.muted_until else None
    if not group.mute_limit:
        return None
    window = timedelta(seconds=group.mute_window) if group.mute_window else None
    if group.mute_started_at is None or (window and last_at - group.mute_started_at > window):
        group.mute_started_at, group.mute_seen = last_at, 0
    group.mute_seen += count
    if group.mute_seen < group.mute_limit:
        return None
    return Change(GroupState.ONGOING, f"{group.mute_seen} occurrences ended its mute")
