"""Writing the audit: one row for each change, in the change's own transaction, sealed with the row before."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from botcore import sql
from botcore.audit import actor
from botcore.audit.chain import address, digest
from botcore.audit.models import AuditEntry
from botcore.logs import redact
from botcore.validators import storable

LOCK = "audit"
LONGEST = 20_000  # characters of what was, and of what is
WHO_LENGTH, TARGET_LENGTH = 150, 200


@transaction.atomic
def record(
    action: str,
    target: str = "",
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: str = "",
) -> int:
    """Add a row and return its id: who (see actor.py; `by` where no edge said so) did what to which target.

    `before` and `after` are what was and is. The first word of `action` is the room, such as access.ban; `target` is
    kind:id, such as person:42.
    """
    who = actor.current()
    sql.one_at_a_time(LOCK)  # until the commit: each row must know the one before
    facts: dict[str, Any] = {
        "at": timezone.now(),
        "channel": who.channel.value,
        "actor": storable(who.name or by)[:WHO_LENGTH],
        "actor_id": who.id,
        "action": action,
        "target": storable(target)[:TARGET_LENGTH],
        "before": _text(before),
        "after": _text(after),
        "ip": address(who.ip),
        "request_id": who.request_id,
        "previous": AuditEntry.objects.order_by("-pk").values_list("digest", flat=True).first() or "",
    }
    return AuditEntry.objects.create(**facts, digest=digest(facts)).pk


def _text(values: Mapping[str, Any] | None) -> str:
    """Return the values as JSON without secrets; of what is huge only that it is."""
    if values is None:
        return ""
    text = storable(redact(json.dumps(values, default=str, ensure_ascii=False, sort_keys=True)))
    length = len(text)
    return text if length <= LONGEST else json.dumps({"too_long": length})
