"""A table as a page shows it: what is asked, read and put into cells; a live refresh gets the same rows once more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.paging import Page, Place
from botcore.panel.selectors import View, Views, views_of
from dashboard.pages import show
from dashboard.tables.asked import IDS, LABELS, Asked, Refused, read, understood
from dashboard.tables.columns import Column, Look, Words
from dashboard.tables.filters import Filter
from dashboard.tables.sent_back import SentBack, sent_back
from dashboard.tables.table import Action, Table
from dashboard.tables.undo import Offer, offered
from dashboard.viewer import is_poll


@dataclass(frozen=True)
class Head:
    """A column's head: how it is sorted, and the address of its order; empty for none."""

    column: Column
    sorted: str
    link: str


@dataclass(frozen=True)
class Control:
    """A filter's control: what stands in it now, what is wrong with that, and what can be chosen."""

    filter: Filter
    typed: Mapping[str, str]
    refused: Mapping[str, Refused]

    @property
    def value(self) -> str:
        """What was typed."""
        return self.typed.get(self.filter.name, "")

    @property
    def since(self) -> str:
        """What was typed for the beginning of a time."""
        return self.typed.get("from", "")

    @property
    def until(self) -> str:
        """The same for its end."""
        return self.typed.get("to", "")

    @property
    def wrong(self) -> Refused | None:
        """What is wrong with what was typed."""
        return self.refused.get(self.filter.name)

    @property
    def wrong_since(self) -> Refused | None:
        """The same of the beginning of a time."""
        return self.refused.get("from")

    @property
    def wrong_until(self) -> Refused | None:
        """The same of its end."""
        return self.refused.get("to")

    @property
    def is_wrong(self) -> bool:
        """Tell whether any of it is."""
        return bool(self.refused.keys() & set(self.filter.names))

    @cached_property
    def options(self) -> list[tuple[str, Words]]:
        """What can be chosen; what was asked for is among it."""
        found = list(getattr(self.filter, "options", list)())
        known = {value for value, _label in found}
        return [(self.value, self.value), *found] if self.value and self.value not in known else found


@dataclass(frozen=True)
class Tab:
    """A tab: a filter's word, or a saved view."""

    label: Words
    link: str
    is_current: bool
    value: str = ""
    title: str = ""


@dataclass(frozen=True)
class Shown:
    """All that the templates show of a table. Its repr is what a live refresh compares: the rows, and nothing else."""

    page: Page[Any]
    asked: Asked = field(repr=False)
    look: Look = field(repr=False)
    saved: Views = field(repr=False, default=Views())
    undo: Offer | None = field(repr=False, default=None)
    sent_back: SentBack | None = field(repr=False, default=None)

    @property
    def table(self) -> Table:
        """What is declared."""
        return self.asked.table

    @property
    def heads(self) -> list[Head]:
        """The columns."""
        return [
            Head(column, self.asked.sorted_by(column), self.asked.turned(column) if column.sort else "")
            for column in self.asked.columns
        ]

    @property
    def extra(self) -> int:
        """How many columns more there are than fit on a screen; three stand for more."""
        return min(3, len(self.asked.columns) - len([one for one in self.table.columns if not one.is_optional]))

    @property
    def poll(self) -> str:
        """The address of a live refresh; empty where nothing is live."""
        if not self.page.since:
            return ""
        shown = IDS.join(str(self.table.key(row)) for row in self.page.rows)
        return self.asked.link(cursor=self.page.older or None, since=self.page.since) + f"&shown={shown}"

    @property
    def first(self) -> str:
        """The address of the first page."""
        return self.asked.link()

    @property
    def here(self) -> str:
        """The address of this page."""
        return self.look.here

    @property
    def uncolumned(self) -> str:
        """The same without the columns that it names."""
        return self.asked.link(columns=None, cursor=self.page.here or None)

    @property
    def exported(self) -> str:
        """What narrows an export of the list; empty for nothing."""
        return self.asked.link(sort=None, columns=None) if self.asked.typed else ""

    @property
    def bulk(self) -> str:
        """The name of the address that bulk actions go to."""
        return f"dashboard:{self.table.name}_bulk"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What of the address the form of the filters takes along."""
        tabs, wrong = self.table.tabs, self.asked.wrong
        ids = [name for name in self.asked.typed if name == "ids" or (tabs and name == tabs.name)]
        ids = [name for name in ids if name not in wrong]  # they have no field in which they could be mended
        found = [(name, self.asked.typed[name]) for name in ids]
        more = [("sort", self.asked.order), ("columns", self.asked.chosen_columns)]
        return found + [(name, word) for name, word in more if word]

    @property
    def can_keep(self) -> bool:
        """Tell whether the address asks for something that a saved view can keep."""
        return bool(self.asked.query) and not self.asked.misread

    @property
    def own_views(self) -> list[View]:
        """The saved views that the visitor may change."""
        return [one for one in self.saved.views if not one.owner]

    @property
    def newer(self) -> str:
        """The address of the page above."""
        return self.asked.link(cursor=self.page.newer) if self.page.newer else ""

    @property
    def older(self) -> str:
        """The address of the page below."""
        return self.asked.link(cursor=self.page.older) if self.page.older else ""

    @property
    def is_first(self) -> bool:
        """Tell whether this is the beginning of the list."""
        return not self.page.here

    @cached_property
    def actions(self) -> list[Action]:
        """What the visitor may do with chosen rows."""
        return [one for one in self.table.actions if self.look.sees(one.permission)]

    @property
    def main(self) -> list[Control]:
        """The filters beside the tabs."""
        return [Control(one, self.asked.typed, self.asked.wrong) for one in self.table.filters if one.is_main]

    @property
    def more(self) -> list[Control]:
        """The filters in the sheet."""
        rest = [one for one in self.table.filters if not one.is_main and one is not self.table.tabs]
        return [Control(one, self.asked.typed, self.asked.wrong) for one in rest]

    @property
    def is_more_wrong(self) -> bool:
        """Tell whether the sheet has something to be mended: then it is open."""
        return any(control.is_wrong for control in self.more)

    @property
    def tabs(self) -> list[Tab]:
        """The words of the filter that is shown as tabs."""
        tabs = self.table.tabs
        if tabs is None:
            return []
        typed = self.asked.typed.get(tabs.name, tabs.default)
        options = list(tabs.options())
        listed = options if tabs.default else [("", _("All")), *options]
        return [
            Tab(label, self.asked.link(**{tabs.name: value if value != tabs.default else None}), value == typed, value)
            for value, label in listed
        ]

    @property
    def views(self) -> list[Tab]:
        """The saved views."""
        query = self.asked.query
        return [
            Tab(
                one.name,
                f"?{one.query}{'&' if one.query else ''}view={one.id}",
                one.query == query,
                title=_("Shared by %(owner)s") % {"owner": one.owner} if one.owner else "",
            )
            for one in self.saved.views
        ]

    @property
    def optional(self) -> list[tuple[Column, bool]]:
        """Every column that can be chosen, and whether it is shown."""
        return [(column, column in self.asked.columns) for column in self.table.columns[1:]]


def listing(
    request: HttpRequest, table: Table, *, beside: Mapping[str, Any] | None = None, **facts: Any
) -> HttpResponse:
    """Show the list that the address asks for, with status 400 when some of that means nothing.

    For `beside` and other facts see pages.show().
    """
    found = shown(request, table)
    response = show(request, table.name, beside=beside, list=found, **facts)
    if found.asked.wrong:
        response.status_code = HTTPStatus.BAD_REQUEST
    return response


def shown(request: HttpRequest, table: Table) -> Shown:
    """Read what the address asks for; what means nothing is said, but to a refresh, which raises ValidationError."""
    look = Look(request)
    saved = Views() if is_poll(request) else views_of(table.name, request.user.pk or 0)
    how = read if is_poll(request) else understood
    asked, page = _page(request, how(table, request.GET, sees=look.sees, columns=_columns(request, table, saved)), look)
    _tell(request, asked)
    look.here = request.path + asked.link(cursor=page.here or None)
    afterwards = (None, None) if is_poll(request) else (offered(request, table), sent_back(request, table))
    return Shown(page, asked, look, saved, *afterwards)


def _columns(request: HttpRequest, table: Table, saved: Views) -> str:
    """Return the columns that the account has chosen; a refresh knows them by its address."""
    return views_of(table.name, request.user.pk or 0).columns if is_poll(request) else saved.columns


def _page(request: HttpRequest, asked: Asked, look: Look) -> tuple[Asked, Page[Any]]:
    """Return the rows, none where a filter means nothing, and the first ones of a place that cannot be read."""
    if asked.misread:
        return asked, Page([])
    look.columns = frozenset(column.key for column in asked.columns)
    table, chosen = asked.table, asked.table.chosen(asked.facts, request.user.pk)
    try:
        return asked, table.read(chosen, asked.sort, asked.place, look)
    except ValidationError as exc:
        if is_poll(request):
            raise
        refused = Refused("cursor", LABELS["cursor"], f"{exc} {_('This is the first page.')}")
        wrong = {**asked.wrong, "cursor": refused}
        first = replace(asked, place=Place(ascending=asked.ascending), wrong=wrong)
        return first, table.read(chosen, first.sort, first.place, look)


def _tell(request: HttpRequest, asked: Asked) -> None:
    """Say what means nothing and has no field; of a saved view all of it, and that it is one."""
    if asked.wrong and "view" in request.GET:
        words = _("This saved view asks for something that the list no longer understands. %(reason)s")
        reasons = " ".join(refused.reason for refused in asked.wrong.values())
        messages.warning(request, words % {"reason": reasons})
        return
    for refused in asked.ignored:
        reason = f"{refused.label}: {refused.reason}" if refused.label else refused.reason
        messages.warning(request, f"{_('This address is not understood')}. {reason}")


def excerpt(request: HttpRequest, table: Table, rows: list[Any]) -> Shown:
    """Return some rows of a table for another page, with its usual columns and in no order of its own."""
    look = Look(request)
    columns = tuple(replace(column, sort="") for column in read(table, {}, sees=look.sees).columns)
    plain = Asked(table, {}, {}, "", False, columns, "", Place())
    return Shown(Page(rows), plain, look)
