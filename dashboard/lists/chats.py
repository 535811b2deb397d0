"""The list of chats."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from botcore.models import Reach
from botcore.paging import Page, Place
from botcore.people import chat_selectors
from botcore.people.chat_selection import ChatSelection
from botcore.people.chat_selectors import TYPES, ChatRow
from dashboard.addresses import of_row
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Typed, choices, plain
from dashboard.tables.table import Facts, Table
from dashboard.words import as_label, in_words, worded

SEARCH_LENGTH = 64


def select(facts: Facts) -> ChatSelection:
    """Make a selection of the filters."""
    return ChatSelection(facts.get("search", ""), facts.get("type", ""), facts.get("reach", ""))


def read(chosen: Any, _sort: str, place: Place, _look: Look) -> Page[ChatRow]:
    """Read a page."""
    return chat_selectors.chats(chosen, place=place)


def _lead(row: ChatRow, _look: Look) -> SafeString:
    link = of_row("chat", row.id)
    return format_html('<a class="name" href="{}"><bdi>{}</bdi></a>', link, row.name)


def _reach(row: ChatRow, _look: Look) -> SafeString:
    if row.reach == Reach.OPEN:
        return format_html("{}", _("yes"))
    return format_html('<span class="state failed">{}</span>', worded(row.reach.label))


CHATS = Table(
    name="chats",
    row="chat",
    caption=_("Chats, last seen first"),
    permission="view_chat",
    order="last_seen",
    export="chats",
    columns=(
        Column(key="name", label=_("Chat"), cell=_lead),
        Column(key="id", label=_("Id"), cell=cells.digits(lambda row: row.id), is_number=True, is_optional=True),
        Column(key="type", label=_("Type"), cell=cells.word(lambda row: worded(row.type))),
        Column(key="username", label=_("Username"), cell=cells.name(lambda row: row.username, "@")),
        Column(key="reach", label=_("Can the bot write?"), cell=_reach),
        Column(key="first_seen", label=_("First seen"), cell=cells.time(lambda row: row.first_seen), is_number=True),
        Column(key="last_seen", label=_("Last seen"), cell=cells.time(lambda row: row.last_seen), is_number=True,
               sort="last_seen"),
    ),
    filters=(
        Pick(name="type", label=_("Type"), is_tabs=True, options=choices((name, as_label(name)) for name in TYPES)),
        Typed(name="search", label=_("Search"), is_main=True, is_search=True, check=plain(SEARCH_LENGTH), longest=1000,
              hint=_("Title, @username or id")),
        Pick(name="reach", label=_("Can write"),
             options=choices((value, in_words(label)) for value, label in Reach.choices)),
    ),
    select=select,
    read=read,
    empty="dashboard/empty/chats.html",
)  # fmt: skip
