"""Taking back what was just decided about a group: only while it stands as the decision left it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from botcore.audit.services import record
from botcore.errors.models import ErrorGroup, GroupChange
from botcore.errors.regroup import locked, write_change

TIMES = ("state_at", "muted_until", "mute_started_at")
WORDS = ("state", "mute_limit", "mute_window", "mute_seen", "resolved_release")
Standing = dict[str, Any]  # a group's state with its rule, as plain values


@transaction.atomic
def decide(group_id: int, decision: Callable[[], bool]) -> list[Standing] | None:
    """Make a decision of services.py; return how the group stood and how it stands now, None when nothing changed."""
    before = _standing(locked([group_id])[group_id])
    return [before, _standing(locked([group_id])[group_id])] if decision() else None


@transaction.atomic
def undo(*, group_id: int, standings: Sequence[Standing], by: str) -> bool:
    """Let the group stand as before a decision; return False when it does not stand any more as that left it."""
    before, left = standings
    group = locked([group_id])[group_id]
    now = _standing(group)
    if (now["state"], now["state_at"]) != (left["state"], left["state_at"]):
        return False
    for name in TIMES:
        setattr(group, name, before[name] and datetime.fromisoformat(before[name]))
    for name in WORDS:
        setattr(group, name, before[name])
    group.save(update_fields=[*TIMES, *WORDS])
    write_change(group, by, GroupChange.Kind.STATE, "undone", group.state)
    changed = [name for name in before if before[name] != now[name]]
    facts = [{name: standing[name] for name in changed} for standing in (now, before)]
    record("errors.undo", f"error:{group_id}", before=facts[0], after=facts[1], by=by)
    return True


def _standing(group: ErrorGroup) -> Standing:
    times = {name: getattr(group, name) for name in TIMES}
    texts = {name: moment and moment.isoformat() for name, moment in times.items()}
    return {**texts, **{name: str(getattr(group, name)) if name == "state" else getattr(group, name) for name in WORDS}}
