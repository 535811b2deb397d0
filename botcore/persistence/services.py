"""Loading and saving what handlers remember; save() runs in the transaction that completes the update.

A change names single keys of the dict, so that two chats of one person do not overwrite each other's keys.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from botcore.persistence.models import PersistentData

BATCH = 500  # keys in one query


@dataclass(frozen=True, slots=True)
class Change:
    """What one update changed in the dict with this key: values that were set, and names that were removed."""

    key: str
    put: dict[str, Any] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def apply(change: Change, data: dict[str, Any]) -> dict[str, Any]:
    """Return the dict as it is after the change."""
    return {name: value for name, value in {**data, **change.put}.items() if name not in change.removed}


def load(bot_id: int, keys: Collection[str]) -> dict[str, str]:
    """Return the JSON of those keys that have any."""
    wanted = list(keys)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), BATCH):
        rows = PersistentData.objects.filter(bot_id=bot_id, key__in=wanted[start : start + BATCH])
        found.update(rows.values_list("key", "data"))
    return found


def move_chat(bot_id: int, old_id: int, new_id: int) -> None:
    """Let the chat's new id have what is remembered under the old one; what it has already stays."""
    old = PersistentData.objects.filter(bot_id=bot_id)
    for row in [*old.filter(key=f"chat:{old_id}"), *old.filter(key__startswith=f"conversation:{old_id}:")]:
        key = row.key.replace(f":{old_id}", f":{new_id}", 1)
        if not old.filter(key=key).exists():
            PersistentData.objects.filter(pk=row.pk).update(key=key)


def save(bot_id: int, changes: Iterable[Change]) -> None:
    """Apply the changes in order to the rows as they are now; needs the caller's transaction."""
    by_key: dict[str, list[Change]] = {}
    for change in changes:
        by_key.setdefault(change.key, []).append(change)
    now = timezone.now()
    keys = sorted(by_key)  # in one order, so that two workers do not deadlock
    PersistentData.objects.bulk_create(
        [PersistentData(bot_id=bot_id, key=key, data="{}", changed_at=now) for key in keys], ignore_conflicts=True
    )
    rows = list(PersistentData.objects.select_for_update().filter(bot_id=bot_id, key__in=keys).order_by("key"))
    for row in rows:
        data = json.loads(row.data)
        for change in by_key[row.key]:
            data = apply(change, data)
        row.data, row.changed_at = json.dumps(data), now
    PersistentData.objects.bulk_update(rows, ["data", "changed_at"])
