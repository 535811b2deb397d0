"""Everything that is kept of one person as one JSON text: their rows of every table, and a list of the files in them.

It is read in batches and yielded in pieces, so that a person with a million messages takes no more memory. What others
wrote about them is not in it, nor are the files themselves: Telegram has those, under the ids that are listed, and
archive.py fetches them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from botcore.accounts import limits
from botcore.accounts.limits import TooMany
from botcore.audit.services import record
from botcore.erasure.marks import Marks
from botcore.erasure.services import THEMSELVES
from botcore.erasure.tables import TABLES, Table
from botcore.exceptions import ValidationError
from botcore.files import write_blocks_atomically
from botcore.inbox.models import Update
from botcore.outbox.models import OutgoingMessage

MOST = {timedelta(hours=1): 2, timedelta(days=1): 5}  # of a person: each is read from every table
BATCH = 200  # rows that are in memory: each may hold a megabyte
JSON_COLUMNS = frozenset({"raw", "payload", "data", "arguments"})
FILES = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size")  # what is listed of one
SOURCES = ((Update, "raw"), (OutgoingMessage, "payload"))
BY_MODEL = {table.model: table for table in TABLES}
Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """A file that was written; `is_cut` says that rows are missing, because it would have become too long."""

    path: Path
    rows: int
    size: int  # bytes
    is_cut: bool


class Takeout:
    """One text in the making: `rows` are counted while it is read."""

    def __init__(self, user_id: int, most_bytes: int | None = None, *, files: Iterator[Row] | None = None) -> None:
        """`files` is what is said of files, in the place of their ids."""
        self.rows = self.size = 0
        self.is_cut = False
        self._user_id, self._most = user_id, most_bytes
        self._files = _files(user_id) if files is None else files

    def blocks(self) -> Iterator[bytes]:
        """Yield the text in pieces."""
        yield self._head()
        separator = ""
        for table in TABLES:
            if not (table.ids or table.keys):
                continue
            yield self._piece(f"{separator}\n{json.dumps(table.name)}: [")
            yield from self._listed(rows_of(table, self._user_id))
            yield self._piece("]")
            separator = ","
        yield self._piece('},\n"files": [')
        yield from self._listed(self._files, is_row=False)
        yield self._piece(f'],\n"is_cut": {json.dumps(self.is_cut)}}}\n')

    def _head(self) -> bytes:
        facts = {"person": self._user_id, "made_at": timezone.now().isoformat()}
        return self._piece(f'{json.dumps(facts)[:-1]},\n"tables": {{')

    def _listed(self, rows: Iterator[Row], *, is_row: bool = True) -> Iterator[bytes]:
        """Yield values with commas between, as long as there is room."""
        separator = "\n"
        for row in rows:
            text = f"{separator}{json.dumps(row, ensure_ascii=False, default=_plain)}"
            if self._most is not None and self.size + len(text.encode("utf-8", "replace")) > self._most:
                self.is_cut = True
                return
            self.rows += is_row
            yield self._piece(text)
            separator = ",\n"

    def _piece(self, text: str) -> bytes:
        found = text.encode("utf-8", "replace")
        self.size += len(found)
        return found


def write(user_id: int, path: Path, *, most_bytes: int | None = None) -> Written:
    """Write the file whole or not at all, of about so many bytes at most; raise OSError and leave no part of it."""
    made = Takeout(user_id, most_bytes)
    write_blocks_atomically(path, made.blocks())
    return Written(path, made.rows, made.size, made.is_cut)


def count(user_id: int) -> None:
    """Count that a person takes their own; raise ValidationError for one that comes too soon."""
    try:
        limits.take(f"takeout:{user_id}", MOST)
    except TooMany as exc:
        raise ValidationError(str(exc)) from exc


def note(user_id: int, *, by: str = "", themselves: bool = False) -> None:
    """Put on record that it leaves, before it does."""
    record("people.takeout", f"person:{user_id}", by=THEMSELVES if themselves else by)


def rows_of(table: Table, user_id: int) -> Iterator[Row]:
    """Yield a person's rows of a table, each once; column by column, for each of them may have an index."""
    conditions = [table.theirs(column, user_id) for column in table.id_columns]
    conditions += [Q(**{f"{column}__contains": str(user_id)}) for column in table.keys.split()]
    shown = [one.attname for one in table.model._meta.concrete_fields if one.name not in table.hidden.split()]
    for number, condition in enumerate(conditions):
        rows = table.model._default_manager.filter(condition).order_by("pk")
        for earlier in conditions[:number]:
            rows = rows.exclude(earlier)
        for row in _batches(rows.values("pk", *shown)):
            if _is_theirs(table, row, user_id):
                yield {name: _value(name, row[name]) for name in shown}


def _batches(rows: QuerySet[Any, Row]) -> Iterator[Row]:
    found = list(rows[:BATCH])
    while found:
        yield from found
        found = list(rows.filter(pk__gt=found[-1]["pk"])[:BATCH])


def _is_theirs(table: Table, row: Row, user_id: int) -> bool:
    """Tell of a row that was found by a part of its key, whether that is an id."""
    return not table.keys or any(Marks(user_id).is_in_key(row[column]) for column in table.keys.split())


def _files(user_id: int) -> Iterator[Row]:
    """Yield the files in what was said, each with the row that it was in."""
    for model, column in SOURCES:
        for row in rows_of(BY_MODEL[model], user_id):
            for kind, file in _found(row[column], column):
                facts = {name: file[name] for name in FILES if name in file}
                yield {"table": model.__name__, "row": row["id"], "kind": kind, **facts}


def _found(value: Any, name: str) -> Iterator[tuple[str, Row]]:
    if isinstance(value, dict):
        if "file_id" in value:
            yield name, value
        for key, one in value.items():
            yield from _found(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _found(one, name)


def _value(name: str, value: Any) -> Any:
    """Return a column's value as JSON has it: a text of JSON as what it says."""
    if name in JSON_COLUMNS and isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
