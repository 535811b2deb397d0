"""A table's columns: what stands in a cell, and by which indexed columns of the database the rows can be ordered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from botcore.people.privacy import Reader, by_account

Words = str | Promise
Cell = Callable[[Any, "Look"], str]
Sees = Callable[[str], bool]  # whether the visitor has a permission of the app


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; the first of a table is always shown and leads to the row's own page.

    `sort` is what a selector calls the order by this column, empty for none; `is_up_first` where people look for the
    lowest first. `is_optional` columns are shown when
    somebody chooses them. `css` is the cell's class, such as words.
    """

    key: str
    label: Words
    cell: Cell
    sort: str = ""
    is_up_first: bool = False
    is_optional: bool = False
    is_number: bool = False
    css: str = ""


class Look:
    """Who looks at a table: what they may see besides it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.here = request.path  # the address of the page, without what a refresh adds to it
        self.columns: frozenset[str] = frozenset()  # that are shown, by key: what costs much is read for its own only
        self._sees: dict[str, bool] = {}

    def sees(self, permission: str) -> bool:
        """Tell whether the visitor has a permission of the app."""
        if permission not in self._sees:
            self._sees[permission] = self.request.user.has_perm(f"botcore.{permission}")
        return self._sees[permission]

    @cached_property
    def reader(self) -> Reader:
        """Whose talk with the bot the visitor may read."""
        return by_account(self.request.user)
