"""Taking a person out of entries of the audit without breaking its chain.

An entry keeps its seal, by which the next one knows it, and what it says now is sealed by a later entry, audit.redact:
verify.py takes the one for the other. So what was changed, when and by whom stays as visible as any other change.
"""

import json
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from botcore import sql
from botcore.audit.chain import SEALED, digest
from botcore.audit.changes import target_id
from botcore.audit.models import AuditEntry
from botcore.audit.services import LOCK, record

ACTION = "audit.redact"
BATCH = 100  # entries: their seals are one entry's `after`
ERASED = "erased"
TEXTS = ("actor", "target", "before", "after")
CHANGED = ("actor", "actor_id", "target", "before", "after")
Clean = Callable[[str], str]


def redact(user_id: int, needles: Sequence[str], clean: Clean, *, by: str) -> int:
    """Take a person out of all entries, a batch in each transaction; return of how many. Again it finds none.

    `clean` takes them out of a text; only entries that contain one of the `needles` are looked at.
    """
    changed, last = 0, 0
    while (found := _batch(user_id, needles, clean, last, by)) is not None:
        last, count = found
        changed += count
    return changed


def count_named(user_id: int, needles: Sequence[str], clean: Clean) -> int:
    """Return how many entries name a person; all of them are read."""
    rows = AuditEntry.objects.filter(_naming(user_id, needles)).iterator(chunk_size=BATCH)
    return sum(_without(row, user_id, clean) != _content(row) for row in rows)


def attested() -> dict[int, str]:
    """Return the seals of what entries say that were changed here, by their ids; the newest counts."""
    found: dict[int, str] = {}
    for text in AuditEntry.objects.filter(action=ACTION).order_by("pk").values_list("after", flat=True):
        try:
            found.update({int(pk): seal for pk, seal in json.loads(text)["seals"].items()})
        except (ValueError, KeyError, AttributeError):  # somebody has changed it: verify() says so itself
            continue
    return found


@transaction.atomic
def _batch(user_id: int, needles: Sequence[str], clean: Clean, after: int, by: str) -> tuple[int, int] | None:
    """Change one batch behind an id; return its last id and how many were changed, None for no batch."""
    sql.one_at_a_time(LOCK)
    rows = list(AuditEntry.objects.filter(_naming(user_id, needles), pk__gt=after).order_by("pk")[:BATCH])
    if not rows:
        return None
    seals = {}
    _open(is_open=True)
    for row in rows:
        new = _without(row, user_id, clean)
        if new != _content(row):
            AuditEntry.objects.filter(pk=row.pk).update(**{name: new[name] for name in CHANGED})
            seals[str(row.pk)] = digest(new)
    _open(is_open=False)
    if seals:
        record(ACTION, f"audit:{rows[0].pk}-{rows[-1].pk}", after={"seals": seals}, by=by)
    return rows[-1].pk, len(seals)


def _open(*, is_open: bool) -> None:
    """Let this transaction change entries, which PostgreSQL refuses to all others; see migration 0027."""
    if sql.is_postgresql():
        sql.execute("SELECT set_config('botdeck.audit_redaction', %s, true)", ["yes" if is_open else "no"])


def _naming(user_id: int, needles: Sequence[str]) -> Q:
    texts = (Q(**{f"{name}__icontains": needle}) for name in TEXTS for needle in needles)
    return reduce(or_, texts, Q(actor_id=user_id))


def _content(row: AuditEntry) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SEALED}


def _without(row: AuditEntry, user_id: int, clean: Clean) -> dict[str, Any]:
    """Return what an entry says without the person: nothing of what was changed of themselves."""
    facts = _content(row)
    if target_id(row.target) == user_id:
        facts |= {"target": f"{row.target.partition(':')[0]}:{ERASED}", "before": "", "after": ""}
    facts |= {name: clean(facts[name]) for name in TEXTS}
    return facts | {"actor": ERASED, "actor_id": None} if row.actor_id == user_id else facts
