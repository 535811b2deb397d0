"""Rows of others that name a person: every table is walked along its key, and what is found there is masked.

It can stop after any batch and go on behind it. What is still pending stays as it is: it would be handled otherwise.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from botcore.erasure.marks import Marks
from botcore.erasure.tables import TABLES, Table
from botcore.erasure.theirs import SAID
from botcore.inbox.models import State, Update
from botcore.outbox.models import WAITING, OutgoingMessage

STRETCH = 5_000  # rows that are looked through in one statement
MOST = 100  # of them that are read and changed in one transaction: each may hold a megabyte
CONDITIONS = 500  # in one statement, of which SQLite takes 1000; with more names each row is read
WALKED = [table for table in TABLES if table.walked]


@transaction.atomic
def batch(table: Table, marks: Marks, after: str) -> tuple[str, int] | None:
    """Mask one batch behind a key; return its last key and how many rows named the person, None at the end."""
    part = _part(table, marks, after)
    if part is None:
        return None
    rows, last = part
    found = list(rows.select_for_update(of=("self",))[:MOST])
    changed = sum(_mend(table, row, marks) for row in found)
    return (str(found[-1].pk) if len(found) == MOST else last), changed


def count(table: Table, marks: Marks) -> int:
    """Return how many rows would be masked; all are looked at."""
    return sum(bool(_changes(table, row, marks)) for row in _all(table, marks))


def _all(table: Table, marks: Marks) -> Iterator[Model]:
    after = ""
    while part := _part(table, marks, after):
        rows, after = part
        yield from rows.iterator(chunk_size=MOST)


def _part(table: Table, marks: Marks, after: str) -> tuple[QuerySet[Any], str] | None:
    """Return the rows of the next stretch that may name the person, by their keys, and the key of its last row."""
    rows = table.model._default_manager.order_by("pk")
    if after:
        rows = rows.filter(pk__gt=table.model._meta.pk.to_python(after))
    keys = list(rows.values_list("pk", flat=True)[:STRETCH])
    if not keys:
        return None
    named = [Q(**{f"{column}__icontains": needle}) for column in table.walked for needle in marks.needles]
    found = rows.filter(pk__lte=keys[-1]).exclude(table.all_theirs(marks.id))
    if len(named) <= CONDITIONS:
        found = found.filter(reduce(or_, named))
    return (found.exclude(state=State.PENDING) if table.model is Update else found), str(keys[-1])


def _mend(table: Table, row: Any, marks: Marks) -> bool:
    """Mask or delete a row, if it really names the person."""
    changes = _changes(table, row, marks)
    if changes is None:
        row.delete()
    elif changes:
        type(row)._default_manager.filter(pk=row.pk).update(**changes)
    return changes is None or bool(changes)


def _changes(table: Table, row: Any, marks: Marks) -> dict[str, Any] | None:
    """Return what is to be changed; None for a row that goes."""
    if any(marks.is_in_key(getattr(row, column)) for column in table.keys.split()):
        return None
    drops = (getattr(row, column) for column in table.drops.split())
    if any(_without(marks, old) != old for old in drops):
        return None
    changed: dict[str, Any] = {}
    for column in table.quotes.split():
        old = getattr(row, column) or ""
        new = _without(marks, old)
        if new != old:
            changed[column] = new[: row._meta.get_field(column).max_length] if isinstance(new, str) else new
    return _said(row, changed) if isinstance(row, OutgoingMessage) and changed else changed


def _without(marks: Marks, value: Any) -> Any:
    """Return a column's value without the person: a text, or what a column of JSON holds."""
    return marks.without(value) if isinstance(value, str) else marks.cleaned(value)


def _said(row: OutgoingMessage, changed: dict[str, Any]) -> dict[str, Any]:
    """Leave no words of a message that was sent: beside the name stands what is told of the person.

    One that still waits is masked. A key is kept for all time, and without its meaning is none.
    """
    if "key" in changed:
        changed["key"] = None
    if row.state in WAITING or changed.keys() == {"key"}:
        return changed
    return changed | SAID
