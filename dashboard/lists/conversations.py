"""The list of conversations: the operators' inbox."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from botcore.conversations import selectors
from botcore.conversations.selection import CLOSED, MINE, WAITING, ConversationSelection
from botcore.conversations.selectors import ConversationRow
from botcore.paging import Page, Place
from dashboard.lists.people import SEARCH_LENGTH
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Typed, choices, plain
from dashboard.tables.table import Facts, Table
from dashboard.words import worded

TABS = ((WAITING, _("Waiting")), (MINE, _("Mine")), (CLOSED, pgettext_lazy("conversations", "Closed")))


def select(facts: Facts) -> ConversationSelection:
    """Make a selection of the filters."""
    return ConversationSelection(tab=facts.get("show", ""), search=facts.get("search", ""))


def read(chosen: Any, _sort: str, place: Place, look: Look) -> Page[ConversationRow]:
    """Read a page; whose `mine` means, the request says."""
    mine = replace(chosen, account=look.request.user.pk or 0)
    return selectors.conversations(mine, reader=look.reader, place=place)


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
    caption=_("Conversations, the newest message first"),
    permission="view_conversation",
    order="last",
    columns=(
        Column(key="person", label=_("Person"), cell=_lead),
        Column(key="said", label=_("Wrote last"), cell=_said, css="words"),
        Column(key="state", label=_("State"), cell=_state),
        Column(key="waits", label=_("Waits since"), cell=cells.time(lambda row: row.waiting_since), is_number=True),
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
    read=read,
    empty="dashboard/empty/conversations.html",
)  # fmt: skip
