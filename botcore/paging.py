"""Keyset pages, newest first: the rows beside a cursor, never an OFFSET and never a COUNT. For selectors.

A cursor is text for an address: "before.120" is what is older than row 120, "after.120" what is newer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Generic, TypeVar

from django.db.models import DateTimeField, Max, Model, Q, QuerySet

from botcore.exceptions import ValidationError

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
Key = tuple[int, ...]  # a row's place; dates as microseconds since 1970

SIZE = 50  # rows a page
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BIGGEST = 2**63 - 1  # a bigint


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows and the cursors of both neighbours; an empty cursor means that there is none.

    `here` is the page's own cursor, empty for the first page: with it the same place is read anew.
    """

    rows: list[T]
    newer: str = ""
    older: str = ""
    here: str = ""

    def map(self, convert: Callable[[list[T]], list[R]]) -> "Page[R]":
        """Return the same place with other rows."""
        return Page(convert(self.rows), self.newer, self.older, self.here)


def sliced(rows: list[T], cursor: str = "", *, size: int = SIZE) -> Page[T]:
    """Return a page of a short list that is in memory; its cursor is the place of the first row."""
    start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 10 else 0
    start = min(start, max(0, len(rows) - 1)) // size * size
    newer, here = (str(start - size), str(start)) if start else ("", "")
    return Page(rows[start : start + size], newer, str(start + size) if start + size < len(rows) else "", here)


@dataclass(frozen=True)
class Keyset(Generic[M]):
    """A list to page through. `by` are integer or date columns with an index, together unique.

    `window` is for a filter without an index: how many ids one page looks through at most; 0 means all.
    `branches` are conditions of which a row fits one: each has an index in this order, all together have none.
    """

    queryset: QuerySet[M]
    by: tuple[str, ...] = ("id",)
    size: int = SIZE
    window: int = 0
    branches: tuple[Q, ...] = ()

    def page(self, cursor: str = "") -> Page[M]:
        """Return the page at the cursor; an unreadable cursor raises ValidationError."""
        direction, key = self._parse(cursor)
        if direction == "after":
            page = self._newer(key)
            if len(page.rows) == self.size:
                return replace(page, here=cursor)
            key = ()  # so near the newest: the first page, which is always full
        return replace(self._older(key), here=cursor if key else "")

    def _newer(self, key: Key) -> Page[M]:
        found = self.queryset.filter(self._beyond(key, "gt")).order_by(*self.by)
        if self.window:
            found = found.filter(pk__lte=key[0] + self.window)
        rows = self._first(found)
        more, rows = len(rows) > self.size, rows[: self.size][::-1]
        newer = self._cursor("after", rows[0]) if more else ""
        return Page(rows, newer, self._cursor("before", rows[-1]) if rows else "")

    def _older(self, key: Key) -> Page[M]:
        found = self.queryset.order_by(*(f"-{name}" for name in self.by))
        if key:
            found = found.filter(self._beyond(key, "lt"))
        floor = self._floor(key)
        rows = self._first(found.filter(pk__gte=floor) if floor else found, is_newest_first=True)
        more, rows = len(rows) > self.size, rows[: self.size]
        newer = (self._cursor("after", rows[0]) if rows else _text("after", key)) if key else ""
        if more:
            return Page(rows, newer, self._cursor("before", rows[-1]))
        beyond = floor and self.queryset.model._default_manager.filter(pk__lt=floor).exists()
        return Page(rows, newer, _text("before", (floor,)) if beyond else "")

    def _first(self, found: QuerySet[M], *, is_newest_first: bool = False) -> list[M]:
        """Return the rows of a page and one more, of the branches those that come first."""
        most = self.size + 1
        if not self.branches:
            return list(found[:most])
        rows = [row for branch in self.branches for row in found.filter(branch)[:most]]
        return sorted(rows, key=attrgetter(*self.by), reverse=is_newest_first)[:most]

    def _floor(self, key: Key) -> int:
        """The smallest id that a page from the key on looks at."""
        if not self.window:
            return 0
        top = key[0] if key else self.queryset.model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
        return max(0, int(top) - self.window)

    def _beyond(self, key: Key, side: str) -> Q:
        """Compare row-wise: (a, b) < (x, y); the first column's own bound lets its index find the start."""
        pairs = [(name, self._value(name, number)) for name, number in zip(self.by, key, strict=True)]
        name, value = pairs.pop()
        condition = Q(**{f"{name}__{side}": value})
        for name, value in reversed(pairs):
            condition = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | condition)
        return condition

    def _value(self, name: str, number: int) -> int | datetime:
        is_date = isinstance(self.queryset.model._meta.get_field(name), DateTimeField)
        return EPOCH + number * MICROSECOND if is_date else number

    def _cursor(self, direction: str, row: M) -> str:
        values = (getattr(row, name) for name in self.by)
        return _text(direction, tuple(v if isinstance(v, int) else (v - EPOCH) // MICROSECOND for v in values))

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
            raise ValidationError("The place in the list cannot be read. Start again from the newest.")
        return direction, key


def _text(direction: str, key: Key) -> str:
    return ".".join([direction, *map(str, key)])
