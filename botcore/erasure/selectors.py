"""Reading what is kept of a person: how much of what, for a page; all that would go, for a command; and proofs."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botcore import sql
from botcore.audit import redaction
from botcore.erasure import quotes
from botcore.erasure.knowing import digest, marks_of
from botcore.erasure.models import Erasure
from botcore.erasure.tables import TABLES
from botcore.retention.selectors import kinds
from botcore.retention.services import in_words

MOST = 10_000  # rows that are counted of each
# What is kept of members for a while, in words for them: the kinds of botcore/retention/kinds.py.
FOR_A_WHILE: dict[str, str | Promise] = {
    "updates_raw": _("The text of what you send me"),
    "updates": _("That you sent something, and when"),
    "updates_failed": _("What you sent and I failed to handle"),
    "messages": _("What I tell you"),
    "feedback": _("Messages to the operators, once they are read"),
    "people_days": _("On which days you wrote"),
}


@dataclass(frozen=True)
class Kept:
    """Rows of one kind that are a person's; `more` says that there are more than were counted."""

    label: str | Promise
    count: int
    more: bool


@dataclass(frozen=True)
class Span:
    """What is kept of members, and for how long, in words."""

    words: str
    length: str


@dataclass(frozen=True)
class Proof:
    """One time that a person was forgotten, or is to be; `finished_at` is None until it is done."""

    pk: int
    by: str
    asked_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]


def kept(user_id: int) -> list[Kept]:
    """Count what an index finds, in one statement: rows that only quote the person are found when they are erased."""
    tables = [table for table in TABLES if table.label]
    rows = {
        f"{table.name}.{column}": table.model._default_manager.filter(table.theirs(column, user_id)).values("pk")[
            : MOST + 1
        ]
        for table in tables
        for column in table.id_columns
    }
    counts = sql.count_each(rows)
    found = [(table.label, sum(counts[f"{table.name}.{column}"] for column in table.id_columns)) for table in tables]
    return [Kept(label, min(count, MOST), count > MOST) for label, count in found if count]


def spans() -> list[Span]:
    """Return for how long things are kept of members now."""
    days = {kind.name: kind.days for kind in kinds()}
    return [Span(str(words), in_words(name, days[name])) for name, words in FOR_A_WHILE.items()]


def would_go(user_id: int) -> dict[str, int]:
    """Count everything that an erasure would change, by table; every table is read whole."""
    marks, counts = marks_of(user_id), Counter[str]()
    for table in TABLES:
        if table.ids:
            counts[table.name] += table.model._default_manager.filter(table.all_theirs(user_id)).count()
    for table in quotes.WALKED:
        counts[table.name] += quotes.count(table, marks)
    counts["AuditEntry"] = redaction.count_named(user_id, marks.needles, marks.without)
    return dict(+counts)


def under_way(user_id: int) -> Proof | None:
    """Return the erasure of a person that is not done yet."""
    row = Erasure.objects.filter(person_id=user_id).first()
    return _proof(row) if row else None


def proofs(user_id: int) -> list[Proof]:
    """Return when a person was forgotten, the newest first; whoever asks must know the id."""
    return [_proof(row) for row in Erasure.objects.filter(digest=digest(user_id)).order_by("-pk")]


def _proof(row: Erasure) -> Proof:
    return Proof(row.pk, row.by, row.asked_at, row.finished_at, json.loads(row.counts))
