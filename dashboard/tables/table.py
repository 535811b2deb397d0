"""What a list is made of, declared once for each; and what can be done with several of its rows at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

from botcore.paging import Page, Place
from dashboard.tables.columns import Column, Look, Words
from dashboard.tables.filters import Filter, Pick

MOST = 100  # rows of one bulk action
Facts = Mapping[str, Any]
Act = Callable[[int, str, QueryDict], object]


class Selection(Protocol):
    """What a room's own selection offers to lists and exports."""

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to what fits."""

    def listed(self) -> QuerySet[Any]:
        """Return what fits."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that is done with each of the chosen rows by its own service, which writes the audit.

    `act` gets a row's id, who does it, and the form; False means that it was so already. `done` are the words for it.
    `undo` takes it back: it gets the row's id, what `act` returned (plain values, for a session), and who; False means
    that the row is not as `act` left it. `is_asked`: a page first shows what will be done. `least` is how many rows it
    takes; `together` does it with all of them in one, in their order, and returns the words. `fields` is a template of
    what else the form asks. `page` does it in the place of all this: the address' name of a page that takes the rows
    as `ids`.
    """

    name: str
    label: Words
    done: Words
    permission: str
    act: Act | None = None
    together: Callable[[list[int], str, QueryDict], str] | None = None
    is_asked: bool = False
    undo: Callable[[int, Any, str], bool] | None = None
    least: int = 1
    fields: str = ""
    page: str = ""

    @property
    def sure(self) -> str:
        """Return the words of the button that does it, on the page that asks."""
        return str(self.label).removesuffix("…")


@dataclass(frozen=True, kw_only=True)
class Table:
    """One list.

    `select` makes the room's selection of the checked filters, `own` tells it whose list that is, where that matters;
    `read` is its page in an order. `row` is the word before a row's id in the page. `many` is said where a window shows
    nothing, `above` a template that stands above the rows and is refreshed with them.
    """

    name: str
    row: str
    caption: Words
    permission: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    select: Callable[[Facts], Any]
    own: Callable[[Any, int], Any] = field(default=lambda chosen, _account: chosen)
    read: Callable[[Any, str, Place, Look], Page[Any]]
    order: str = ""
    export: str = ""
    actions: Sequence[Action] = ()
    empty: str = ""
    many: Words = ""
    above: str = ""
    key: Callable[[Any], Any] = field(default=lambda row: row.id)

    def chosen(self, facts: Facts, account: int | None) -> Any:
        """Return the selection that an account's filters make."""
        return self.own(self.select(facts), account or 0)

    @property
    def tabs(self) -> Pick | None:
        """The filter whose words are shown as tabs."""
        return next((one for one in self.filters if isinstance(one, Pick) and one.is_tabs), None)

    def action(self, name: str) -> Action | None:
        """Return an action by its name."""
        return next((one for one in self.actions if one.name == name), None)
