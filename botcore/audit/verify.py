"""Looking whether every row of the audit still says what it said: reads all of them, in constant memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from botcore.audit.chain import SEALED, digest
from botcore.audit.models import AuditEntry
from botcore.audit.redaction import attested

BATCH = 2_000


@dataclass(frozen=True)
class Broken:
    """The first row that does not fit, and why."""

    pk: int
    words: str


@dataclass(frozen=True)
class Verdict:
    """How many rows were looked at, the seal of the last good one, and what is broken; None: nothing."""

    rows: int
    last: str
    broken: Broken | None


def verify() -> Verdict:
    """Follow the chain from the first row on; stop at the first that is broken.

    Rows that were cut off at the end leave no trace in the rest: compare `last` with one that was noted elsewhere.
    A row that a person was taken out of is good when a later one has sealed what it says now; see redaction.py.
    """
    rows, last, changed = 0, "", attested()
    for row in _all_rows():
        if row.previous != last:
            return Verdict(rows, last, Broken(row.pk, "a row before this one is missing or was changed"))
        if digest({name: getattr(row, name) for name in SEALED}) not in {row.digest, changed.get(row.pk)}:
            return Verdict(rows, last, Broken(row.pk, "this row was changed"))
        rows, last = rows + 1, row.digest
    return Verdict(rows, last, None)


def _all_rows() -> Iterator[AuditEntry]:
    after = 0
    while batch := list(AuditEntry.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield from batch
        after = batch[-1].pk
