"""An address' query → what a table shall show, each word checked: a wrong one is said where it can be mended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.exceptions import ValidationError
from botcore.paging import SIZE, Place
from botcore.validators import one_of, whole
from dashboard.tables.columns import Column, Sees, Words
from dashboard.tables.filters import Filter, Misread, Pick
from dashboard.tables.table import Table

T = TypeVar("T")
UP = ".up"
IDS = ","
LABELS: Mapping[str, Words] = {"sort": gettext_lazy("Order"), "columns": gettext_lazy("Columns"), "cursor": ""}


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, its label, what it is, and the address without it."""

    name: str
    label: Words
    words: str
    without: str


@dataclass(frozen=True)
class Refused:
    """Something in an address that means nothing: its name, its label, why, and an address that leads on."""

    name: str
    label: Words
    reason: str
    link: str = ""


@dataclass(frozen=True)
class Asked:
    """What an address asks of a table: filters as they were typed and checked, order, columns, and the place.

    `wrong` is what means nothing, by its name in the address; it is not among the facts.
    """

    table: Table
    typed: dict[str, str]
    facts: dict[str, Any]
    sort: str
    ascending: bool
    columns: tuple[Column, ...]
    chosen_columns: str
    place: Place
    wrong: Mapping[str, Refused] = field(default_factory=dict)

    @property
    def misread(self) -> list[Refused]:
        """The filters that mean nothing: without them more would be shown than is asked for, so nothing is."""
        return [refused for name, refused in self.wrong.items() if name not in LABELS]

    @property
    def ignored(self) -> list[Refused]:
        """What else means nothing, in the place of which the list's own is shown."""
        return [refused for name, refused in self.wrong.items() if name in LABELS]

    @property
    def query(self) -> str:
        """The address' query without the place, in one spelling: what a saved view keeps."""
        return self.link()[1:]

    @property
    def order(self) -> str:
        """The order as an address names it; empty for the one that the list has by itself."""
        order = f"{self.sort}{UP if self.ascending else ''}"
        return "" if order == self.table.order else order

    @cached_property
    def told(self) -> list[Chip]:
        """All that is asked, the tab too, to be said."""
        return [self._chip(one, name) for one in self.table.filters for name in one.names if name in self.typed]

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on, but for the tabs."""
        tabs = self.table.tabs
        return [chip for chip in self.told if tabs is None or chip.name != tabs.name]

    def _chip(self, one: Filter, name: str) -> Chip:
        words = one.words(name, self.typed[name], self.facts.get(one.name))
        return Chip(name, one.label, words, self.link(**{name: None}))

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
        sorted_by = self.sorted_by(column)
        is_up = sorted_by != "ascending" if column.is_up_first else sorted_by == "descending"
        order = f"{column.sort}{UP if is_up else ''}"
        return self.link(sort="" if order == self.table.order else order)


def read(table: Table, query: Mapping[str, str], *, sees: Sees, columns: str = "") -> Asked:
    """Return what the address asks for, or raise ValidationError; `columns` are those that the account likes to see."""
    asked = understood(table, query, sees=sees, columns=columns)
    for refused in asked.wrong.values():
        raise ValidationError(refused.reason)
    return asked


def understood(table: Table, query: Mapping[str, str], *, sees: Sees, columns: str = "") -> Asked:
    """Return the same with what means nothing named in it."""
    wrong: dict[str, Refused] = {}

    def attempt(name: str, label: Words, get: Callable[[], T], otherwise: T) -> T:
        try:
            return get()
        except Misread as exc:
            wrong[exc.name or name] = Refused(exc.name or name, label, str(exc), exc.link)
        except ValidationError as exc:
            wrong[name] = Refused(name, label, str(exc))
        return otherwise

    typed = {
        name: word
        for one in table.filters
        for name in one.names
        if (word := query.get(name, "").strip()) and not (isinstance(one, Pick) and word == one.default)
    }
    on = [one for one in table.filters if typed.keys() & set(one.names)]
    facts = {one.name: attempt(one.names[0], one.label, partial(_fact, one, typed, sees), None) for one in on}
    kept, named = _known(table, columns), query.get("columns", "").strip()
    own = _order(table, "")
    sort, is_up = attempt("sort", LABELS["sort"], lambda: _order(table, query.get("sort", "")), own)
    usual = _columns(table, kept)
    shown = attempt("columns", LABELS["columns"], lambda: _columns(table, named or kept), usual)
    place = attempt("cursor", LABELS["cursor"], lambda: _place(query, ascending=is_up), Place(ascending=is_up))
    known = {name: value for name, value in facts.items() if value is not None}
    return Asked(table, typed, known, sort, is_up, shown, "" if "columns" in wrong else named, place, wrong)


def _fact(one: Filter, typed: Mapping[str, str], sees: Sees) -> Any:
    if refusal := one.refusal(typed, sees):
        raise ValidationError(refusal)
    return one.read(typed)


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
