"""The list of conversations: the operators' inbox."""

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from botcore import validators
from botcore.conversations import selectors, services
from botcore.conversations.selection import CLOSED, MINE, WAITING, ConversationSelection
from botcore.conversations.selectors import ConversationRow
from botcore.errors.selectors import staff_id
from botcore.paging import Page, Place
from dashboard.lists.people import SEARCH_LENGTH, TAG, UNTAG
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Typed, choices, plain
from dashboard.tables.table import Action, Facts, Table
from dashboard.words import worded

TABS = ((WAITING, _("Waiting")), (MINE, _("Mine")), (CLOSED, pgettext_lazy("conversations", "Closed")))


def select(facts: Facts) -> ConversationSelection:
    """Make a selection of the filters."""
    return ConversationSelection(tab=facts.get("show", ""), search=facts.get("search", ""))


def own(chosen: ConversationSelection, account: int) -> ConversationSelection:
    """Say whose `mine` means."""
    return replace(chosen, account=account)


def read(chosen: Any, sort: str, place: Place, look: Look) -> Page[ConversationRow]:
    """Read a page."""
    return selectors.conversations(chosen, reader=look.reader, sort=sort, place=place)


def _close(pk: int, by: str, form: QueryDict) -> bool:
    return services.close(user_id=pk, by=by, upto=validators.whole(form.get("upto", "")) or 0)


def _take(pk: int, by: str, _form: QueryDict) -> object:
    """Give it to who asks; return whose it was."""
    before = selectors.assignee_of(pk)
    return services.assign(user_id=pk, account_id=staff_id(by), was=before, by=by) and before


def _give_back(pk: int, before: Any, by: str) -> bool:
    return services.assign(user_id=pk, account_id=before or None, was=staff_id(by) or 0, by=by)


def _lead(row: ConversationRow, _look: Look) -> SafeString:
    link = reverse("dashboard:conversation", args=[row.id])
    lead = format_html('<a class="name" href="{}"><bdi>{}</bdi></a>', link, row.name)
    return format_html('{} <span class="state unread">{}</span>', lead, row.unread) if row.unread else lead


def _said(row: ConversationRow, _look: Look) -> SafeString:
    if row.text.strip():
        return format_html("<bdi>{}</bdi>", Truncator(row.text).chars(cells.BRIEF))
    return format_html('<span class="soft">{}</span>', row.kind) if row.kind else cells.DASH


def _state(row: ConversationRow, _look: Look) -> SafeString:
    if row.taken_by:
        return format_html('<span class="state paused">{}</span>', _("taken over"))
    return format_html('<span class="soft">{}</span>', worded("open" if row.is_open else "closed"))


CONVERSATIONS = Table(
    name="conversations",
    row="conversation",
    caption=_("Conversations"),
    permission="view_conversation",
    order="last",
    export="conversations",
    columns=(
        Column(key="person", label=_("Person"), cell=_lead),
        Column(key="said", label=_("Wrote last"), cell=_said, css="words"),
        Column(key="state", label=_("State"), cell=_state),
        Column(key="waits", label=_("Waits since"), cell=cells.time(lambda row: row.waiting_since), is_number=True,
               sort="waits", is_up_first=True),
        Column(key="assignee", label=_("Whose"), cell=cells.name(lambda row: row.assignee)),
        Column(key="last", label=_("Last message"), cell=cells.time(lambda row: row.last_at), is_number=True,
               sort="last"),
    ),
    filters=(
        Pick(name="show", label=_("Which"), is_tabs=True, options=choices(TABS)),
        Typed(name="search", label=_("Search"), is_main=True, is_search=True, check=plain(SEARCH_LENGTH), longest=1000,
              hint=_("Name, @username, id or #tag")),
    ),
    select=select,
    own=own,
    read=read,
    empty="dashboard/empty/conversations.html",
    actions=(
        Action(name="close", label=_("Close…"), done=_("closed."), permission="change_conversation", act=_close,
               is_asked=True, fields="dashboard/tables/close.html"),
        Action(name="assign", label=_("Assign to me"), done=_("given."), permission="change_conversation", act=_take,
               undo=_give_back),
        TAG,
        UNTAG,
    ),
)  # fmt: skip
