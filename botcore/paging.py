"""Keyset pages: the rows beside a cursor, never an OFFSET and never a COUNT. For selectors.

A cursor is text for an address: "before.120" is what is older than row 120, "after.120" what is newer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import DateTimeField, Max, Min, Model, Q, QuerySet
from django.utils.translation import gettext

from botcore.exceptions import ValidationError

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
Key = tuple[int, ...]  # a row's place; dates as microseconds since 1970

SIZE = 30  # rows a page
FRESH = 100  # new rows that are counted; so many stand for more
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BIGGEST = 2**63 - 1  # a bigint
OTHER = {"lt": "gt", "gt": "lt"}


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows and the cursors of both neighbours; an empty cursor means that there is none.

    `here` is the page's own cursor, empty for the first page: with it the same place is read anew. `since` is the place
    above the first page's rows, where new ones come; `fresh` how many have come there since the page was first read.
    """

    rows: list[T]
    newer: str = ""
    older: str = ""
    here: str = ""
    since: str = field(default="", repr=False)  # no fact that a page shows
    fresh: int = 0

    def map(self, convert: Callable[[list[T]], list[R]]) -> "Page[R]":
        """Return the same place with other rows."""
        return Page(convert(self.rows), self.newer, self.older, self.here, self.since, self.fresh)


@dataclass(frozen=True)
class Place:
    """Where a list is read: at a cursor, or once more the rows that are `shown` and what is new `since` then.

    With those the cursor is that of the rows behind them. `ascending` is the list from its other end. Where `is_once`,
    nobody will ask what is new.
    """

    cursor: str = ""
    ascending: bool = False
    shown: tuple[int, ...] | None = None
    since: str = ""
    is_once: bool = False


FIRST, ONCE = Place(), Place(is_once=True)


def sliced(rows: list[T], cursor: str = "", *, size: int = SIZE) -> Page[T]:
    """Return a page of a short list that is in memory; its cursor is the place of the first row."""
    start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 10 else 0
    start = min(start, max(0, len(rows) - 1)) // size * size
    newer, here = (str(start - size), str(start)) if start else ("", "")
    return Page(rows[start : start + size], newer, str(start + size) if start + size < len(rows) else "", here)


class Branch(NamedTuple):
    """A part of a list, and the column that leads its index, as in Keyset."""

    where: Q
    lead: str = ""


@dataclass(frozen=True)
class Keyset(Generic[M]):
    """A list to page through. `by` are integer or date columns with an index, together unique.

    `window` is for a filter without an index: how many rows one page looks through at most; 0 means all.
    `branches` are conditions of which a row fits one: each has an index in this order, all together have none.
    `lead` is a column that is the same in all rows, by a range of one value, with the sign that it has in its index:
    PostgreSQL reads that index then, where it would look for a frequent value among the newest rows of all.
    `whole` is the list without its filters, for rows that are read once more.
    """

    queryset: QuerySet[M]
    by: tuple[str, ...] = ("id",)
    size: int = SIZE
    window: int = 0
    branches: tuple[Branch, ...] = ()
    ascending: bool = False
    whole: QuerySet[M] | None = None
    lead: str = ""

    def at(self, place: Place) -> Page[M]:
        """Return the page of a place; a first page knows where new rows will come."""
        if place.ascending:
            return replace(self, ascending=True).page(place.cursor)
        if place.shown is not None:
            return self._again(place, place.shown)
        page = self.page(place.cursor)
        return page if page.here or place.is_once else replace(page, since=_text("after", self._top(page.rows)))

    def page(self, cursor: str = "") -> Page[M]:
        """Return the page at the cursor; an unreadable cursor raises ValidationError."""
        direction, key = self._parse(cursor)
        if direction == self._back:
            page = self._nearer(key)
            if len(page.rows) == self.size:
                return replace(page, here=cursor)
            key = ()  # so near the first: the first page, which is always full
        return replace(self._further(key), here=cursor if key else "")

    @property
    def _on(self) -> str:
        """The direction of what comes further down in the list."""
        return "after" if self.ascending else "before"

    @property
    def _back(self) -> str:
        return "before" if self.ascending else "after"

    @property
    def _side(self) -> str:
        """How keys further down compare with those above them."""
        return "gt" if self.ascending else "lt"

    def _again(self, place: Place, shown: tuple[int, ...]) -> Page[M]:
        """Return the rows of a first page as they are now, in the order they had, and count what came above."""
        whole = self.queryset.model._default_manager.all() if self.whole is None else self.whole
        found = whole.in_bulk(shown)
        _direction, since = self._parse(place.since)
        self._parse(place.cursor)
        fresh = self._fresh(since, shown) if since else 0
        return Page([found[pk] for pk in shown if pk in found], "", place.cursor, "", place.since, fresh)

    def _fresh(self, since: Key, shown: tuple[int, ...]) -> int:
        found = self.queryset.filter(self._beyond(since, "gt")).exclude(pk__in=shown)
        if self.window:
            found = found.filter(**{f"{self.by[0]}__gte": self._end(())})
        parts = [found.filter(branch.where) for branch in self.branches] or [found]
        return min(FRESH, sum(part.order_by()[:FRESH].count() for part in parts))

    def _top(self, rows: list[M]) -> Key:
        """Return the key above which everything is new."""
        if rows and not self.window:
            return self._key(rows[0])
        return self._key(self._newest) if self._newest else (0,) * len(self.by)

    @cached_property
    def _newest(self) -> M | None:
        """The row with the highest key, whatever the filters."""
        rows = self.queryset.model._default_manager.order_by(*(f"-{name}" for name in self.by)).only(*self.by)
        first = self.queryset.model._meta.get_field(self.by[0])
        return (rows.filter(**{f"{first.name}__isnull": False}) if first.null else rows).first()

    def _nearer(self, key: Key) -> Page[M]:
        side = OTHER[self._side]
        found = self.queryset.filter(self._beyond(key, side))
        if self.window:
            found = found.filter(**{f"{self.by[0]}__{self._side}e": self._end(key, back=True)})
        rows = self._first(found, back=True)
        more, rows = len(rows) > self.size, rows[: self.size][::-1]
        newer = self._cursor(self._back, rows[0]) if more else ""
        return Page(rows, newer, self._cursor(self._on, rows[-1]) if rows else "")

    def _further(self, key: Key) -> Page[M]:
        found = self.queryset.filter(self._beyond(key, self._side)) if key else self.queryset
        end = self._end(key) if self.window else None
        rows = self._first(found if end is None else found.filter(**{f"{self.by[0]}__{OTHER[self._side]}e": end}))
        more, rows = len(rows) > self.size, rows[: self.size]
        newer = (self._cursor(self._back, rows[0]) if rows else _text(self._back, key)) if key else ""
        if more:
            return Page(rows, newer, self._cursor(self._on, rows[-1]))
        return Page(rows, newer, "" if end is None else self._behind(end))

    def _behind(self, end: Any) -> str:
        """Return the cursor of what lies behind a window's end; empty when nothing does."""
        everything = self.queryset.model._default_manager
        if not everything.filter(**{f"{self.by[0]}__{self._side}": end}).exists():
            return ""
        rest = (BIGGEST if self.ascending else 0,) * (len(self.by) - 1)
        return _text(self._on, (_number(end), *rest))

    def _end(self, key: Key, *, back: bool = False) -> Any:
        """Return the value of the first column at which a page from the key on stops to look."""
        name, is_up = self.by[0], self.ascending != back
        everything = self.queryset.model._default_manager.order_by(name if is_up else f"-{name}")
        value = self._value(name, key[0]) if key else None
        if not isinstance(self.queryset.model._meta.get_field(name), DateTimeField):
            start: Any = value if key else getattr(self._newest, name, 0)
            return start + self.window if is_up else max(0, start - self.window)
        if key:
            everything = everything.filter(**{f"{name}__{'gte' if is_up else 'lte'}": value})
        passed = everything.values(name)[: self.window]
        return passed.aggregate(end=(Max if is_up else Min)(name))["end"] or EPOCH

    def _order(self, lead: str, *, back: bool) -> tuple[str, ...]:
        """Return the terms of an order; a lead's sign is that of a descending one."""
        first = (lead,) if lead else ()
        if self.ascending == back:
            return (*first, *(f"-{name}" for name in self.by))
        return (*(term.removeprefix("-") if term.startswith("-") else f"-{term}" for term in first), *self.by)

    def _first(self, found: QuerySet[M], *, back: bool = False) -> list[M]:
        """Return the rows of a page and one more, of the branches those that come first."""
        most = self.size + 1
        if not self.branches:
            return list(found.order_by(*self._order(self.lead, back=back))[:most])
        rows = [
            row
            for where, lead in self.branches
            for row in found.filter(where).order_by(*self._order(lead, back=back))[:most]
        ]
        return sorted(rows, key=attrgetter(*self.by), reverse=self.ascending == back)[:most]

    def _beyond(self, key: Key, side: str) -> Q:
        """Compare row-wise: (a, b) < (x, y); the first column's own bound lets its index find the start."""
        pairs = [(name, self._value(name, number)) for name, number in zip(self.by, key, strict=True)]
        name, value = pairs.pop()
        condition = Q(**{f"{name}__{side}": value})
        for name, value in reversed(pairs):
            condition = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | condition)
        return condition

    def _value(self, name: str, number: int) -> Any:
        is_date = isinstance(self.queryset.model._meta.get_field(name), DateTimeField)
        return EPOCH + number * MICROSECOND if is_date else number

    def _key(self, row: M) -> Key:
        return tuple(_number(getattr(row, name)) for name in self.by)

    def _cursor(self, direction: str, row: M) -> str:
        return _text(direction, self._key(row))

    def _parse(self, cursor: str) -> tuple[str, Key]:
        """Return the direction and the key; both empty for the first page."""
        if not cursor:
            return "", ()
        direction, *parts = cursor.split(".")
        try:
            key = tuple(int(part) for part in parts)
            _ = [self._value(name, number) for name, number in zip(self.by, key, strict=True)]
        except (ValueError, OverflowError):
            key = ()
        if direction not in {"before", "after"} or not key or max(map(abs, key)) > BIGGEST:
            raise ValidationError(gettext("The place in the list cannot be read. Start again from the newest."))
        return direction, key


def _number(value: int | datetime) -> int:
    return value if isinstance(value, int) else (value - EPOCH) // MICROSECOND


def _text(direction: str, key: Key) -> str:
    return ".".join([direction, *map(str, key)])
