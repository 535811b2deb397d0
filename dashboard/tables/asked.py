"""An address' query → what a table shall show, each word checked: a wrong one becomes a page with status 400."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.paging import SIZE, Place
from botcore.validators import one_of, whole
from dashboard.tables.columns import Column, Words
from dashboard.tables.filters import Filter, Pick
from dashboard.tables.table import Table

UP = ".up"
IDS = ","


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, its label, what it is, and the address without it."""

    name: str
    label: Words
    words: str
    without: str


@dataclass(frozen=True)
class Asked:
    """What an address asks of a table: filters as they were typed and checked, order, columns, and the place."""

    table: Table
    typed: dict[str, str]
    facts: dict[str, Any]
    sort: str
    ascending: bool
    columns: tuple[Column, ...]
    chosen_columns: str
    place: Place

    @property
    def query(self) -> str:
        """The address' query without the place, in one spelling: what a saved view keeps."""
        return self.link()[1:]

    @property
    def order(self) -> str:
        """The order as an address names it; empty for the one that the list has by itself."""
        order = f"{self.sort}{UP if self.ascending else ''}"
        return "" if order == self.table.order else order

    @property
    def told(self) -> list[Chip]:
        """All that is asked, the tab too, to be said."""
        return [self._chip(one, name) for one in self.table.filters for name in one.names if name in self.typed]

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on, but for the tabs."""
        tabs = self.table.tabs
        return [chip for chip in self.told if tabs is None or chip.name != tabs.name]

    def _chip(self, one: Filter, name: str) -> Chip:
        return Chip(name, one.label, one.words(name, self.typed[name]), self.link(**{name: None}))

    def link(self, **changes: str | None) -> str:
        """Return the query of an address that asks the same but for the changes; it begins with a ?."""
        asked: dict[str, str | None] = {
            **self.typed,
            "sort": self.order,
            "columns": self.chosen_columns,
            **changes,
        }
        return f"?{urlencode({name: word for name, word in asked.items() if word})}"

    def sorted_by(self, column: Column) -> str:
        """Return how a column is sorted, as aria-sort says it; empty when it is not."""
        if column.sort != self.sort or not column.sort:
            return ""
        return "ascending" if self.ascending else "descending"

    def turned(self, column: Column) -> str:
        """Return the address of the order by a column: from its other end when it is by that already."""
        is_turned = self.sorted_by(column) == "descending"
        order = f"{column.sort}{UP if is_turned else ''}"
        return self.link(sort="" if order == self.table.order else order)


def read(table: Table, query: Mapping[str, str], *, columns: str = "") -> Asked:
    """Return what the address asks for; `columns` are those that the account likes to see."""
    typed = {
        name: word
        for one in table.filters
        for name in one.names
        if (word := query.get(name, "").strip()) and not (isinstance(one, Pick) and word == one.default)
    }
    sort, is_up = _order(table, query.get("sort", ""))
    asked_columns = query.get("columns", "").strip()
    return Asked(
        table,
        typed,
        {one.name: one.read(typed) for one in table.filters if typed.keys() & set(one.names)},
        sort,
        is_up,
        _columns(table, asked_columns or _known(table, columns)),
        asked_columns,
        _place(query, ascending=is_up),
    )


def _order(table: Table, typed: str) -> tuple[str, bool]:
    word = typed or table.order
    name = word.removesuffix(UP)
    if word:
        one_of(name, [column.sort for column in table.columns if column.sort])
    return name, word.endswith(UP)


def _columns(table: Table, typed: str) -> tuple[Column, ...]:
    """Return the columns that are named, in the table's order; the first one always."""
    first, *rest = table.columns
    if not typed:
        return (first, *(column for column in rest if not column.is_optional))
    named = {one_of(key, [column.key for column in table.columns]) for key in typed.split(IDS)}
    return (first, *(column for column in rest if column.key in named))


def _known(table: Table, kept: str) -> str:
    """Leave out columns that the table had when they were kept and has no more."""
    keys = {column.key for column in table.columns}
    return IDS.join(key for key in kept.split(IDS) if key in keys)


def _place(query: Mapping[str, str], *, ascending: bool) -> Place:
    cursor, shown = query.get("cursor", ""), query.get("shown")
    if not shown or ascending:  # where nothing stands yet, nothing can jump
        return Place("" if shown == "" else cursor, ascending)
    ids = tuple(number for word in shown.split(IDS)[: SIZE + 1] if (number := whole(word)))
    since = query.get("since", "")
    if not since or len(ids) > SIZE:
        raise ValidationError(_("This refresh asks for rows that no page shows. Load the page again."))
    return Place(cursor, ascending, ids, since)
