"""Writes about groups of errors: what a person decides. Each is one transaction that leaves a line in the history.

Whoever locks several rows takes groups first, in order of their ids, then fingerprints.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.errors.kinds import GroupState
from botcore.errors.models import GroupChange
from botcore.errors.regroup import locked, merge, split, write_change
from botcore.exceptions import ValidationError
from botcore.validators import text as checked_text

__all__ = ["acknowledge", "assign", "merge", "mute", "note", "reopen", "resolve", "split"]

UNMUTED: dict[str, object] = {
    "muted_until": None,
    "mute_limit": None,
    "mute_window": None,
    "mute_seen": 0,
    "mute_started_at": None,
}
COUNTED = {"mute_seen", "mute_started_at"}  # what a mute counts by itself: no decision
LONGEST_MUTE = timedelta(days=366)
MOST_OCCURRENCES = 1_000_000
WINDOWS = (60, 30 * 86_400)  # seconds
UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
LONGEST_NOTE = 4000  # UTF-16 units
AUDITED_NOTE = 200  # characters of them: the history has it whole


def acknowledge(*, group_id: int, by: str) -> bool:
    """Say that somebody knows of it; return False when that was so."""
    return _move("errors.acknowledge", group_id, by, GroupState.ONGOING, "acknowledged")


def reopen(*, group_id: int, by: str) -> bool:
    """Take back that it is resolved or muted; return False when it is ongoing."""
    return _move("errors.reopen", group_id, by, GroupState.ONGOING, "reopened")


def resolve(*, group_id: int, by: str, in_next_release: bool = False) -> bool:
    """Call it mended: from now on, or in the release after the one that runs; then only later ones regress."""
    release = settings.RELEASE if in_next_release else ""
    words = f"in the release after {release}" if release else ""
    return _move("errors.resolve", group_id, by, GroupState.RESOLVED, words, resolved_release=release)


def mute(
    *,
    group_id: int,
    by: str,
    until: datetime | None = None,
    limit: int | None = None,
    window_seconds: int | None = None,
) -> bool:
    """Be silent about it for ever, until a time, or until so many occurrences within so many seconds."""
    if until is not None and limit is not None:
        raise ValidationError(_("Mute it until a time or until a number of occurrences, not both."))
    words = "for ever"
    if until is not None:
        _check_until(until)
        words = f"until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    elif limit is not None:
        words = _checked_limit(limit, window_seconds)
    elif window_seconds is not None:
        raise ValidationError(_("Say how many occurrences within this time end the mute."))
    rule = {"muted_until": until, "mute_limit": limit, "mute_window": window_seconds}
    return _move("errors.mute", group_id, by, GroupState.MUTED, words, **rule)


@transaction.atomic
def assign(*, group_id: int, by: str, user_id: int | None) -> bool:
    """Give it to a member of the staff, or with None to nobody; return False when it was theirs."""
    group = locked([group_id])[group_id]
    if group.assignee_id == user_id:
        return False
    name = ""
    if user_id is not None:
        found = get_user_model().objects.filter(pk=user_id, is_staff=True, is_active=True).first()
        if found is None:
            raise ValidationError(_("An error can be given only to an active member of the staff."))
        name = found.get_username()
    before = group.assignee.get_username() if group.assignee else ""
    group.assignee_id = user_id
    group.save(update_fields=["assignee"])
    write_change(group, by, GroupChange.Kind.ASSIGNEE, f"given to {name}" if name else "given to nobody")
    record("errors.assign", f"error:{group_id}", before={"assignee": before}, after={"assignee": name}, by=by)
    return True


@transaction.atomic
def note(*, group_id: int, by: str, text: str) -> bool:
    """Add a person's words to the history."""
    words = checked_text(text, most=LONGEST_NOTE)
    write_change(locked([group_id])[group_id], by, GroupChange.Kind.NOTE, words)
    record("errors.note", f"error:{group_id}", after={"note": words[:AUDITED_NOTE]}, by=by)
    return True


@transaction.atomic
def _move(action: str, group_id: int, by: str, state: GroupState, words: str, **rule: object) -> bool:
    """Give the group a state with its rule; return False when it had both."""
    group = locked([group_id])[group_id]
    wanted = {"state": state, **UNMUTED, "resolved_release": "", **rule}
    changed = [name for name in wanted if name not in COUNTED and getattr(group, name) != wanted[name]]
    if not changed:
        return False
    before = {name: getattr(group, name) for name in changed}
    for name, value in {**wanted, "state_at": timezone.now()}.items():
        setattr(group, name, value)
    group.save(update_fields=[*wanted, "state_at"])
    write_change(group, by, GroupChange.Kind.STATE, words, state)
    after = {name: wanted[name] for name in changed}
    record(action, f"error:{group_id}", before=before, after=after, by=by)
    return True


def _check_until(until: datetime) -> None:
    now = timezone.now()
    if not now < until <= now + LONGEST_MUTE:
        raise ValidationError(_("The end of a mute lies in the future, and at most a year ahead."))


def _checked_limit(limit: int, window_seconds: int | None) -> str:
    """Return the rule in words."""
    if not 0 < limit <= MOST_OCCURRENCES:
        raise ValidationError(
            _("The number of occurrences that ends a mute is 1 to %(most)s.") % {"most": f"{MOST_OCCURRENCES:,}"}
        )
    shortest, longest = WINDOWS
    if window_seconds is None or not shortest <= window_seconds <= longest:
        raise ValidationError(_("The time in which they are counted is 1 minute to 30 days."))
    unit, length = next((unit, length) for unit, length in UNITS if window_seconds % length == 0)
    return f"until it occurs {limit:,} times within {window_seconds // length} {unit}"
