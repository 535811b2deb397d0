"""The list of what happened to the bot as a whole."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from botcore.models import Level
from botcore.monitoring import event_selectors
from botcore.monitoring.event_selection import EventSelection
from botcore.monitoring.event_selectors import EventRow
from botcore.paging import Page, Place
from botcore.sentences import translated
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Span, Typed, When, choices, printable
from dashboard.tables.table import Facts, Table
from dashboard.words import as_label, worded


def select(facts: Facts) -> EventSelection:
    """Make a selection of the filters."""
    time: Span = facts.get("time", Span())
    return EventSelection(
        facts.get("level", ""), facts.get("kind", ""), facts.get("process", ""), time.since, time.until
    )


def read(chosen: Any, _sort: str, place: Place, _look: Look) -> Page[EventRow]:
    """Read a page."""
    return event_selectors.events(chosen, place=place)


def _what(row: EventRow, _look: Look) -> SafeString:
    return format_html('<p class="what"><bdi>{}</bdi></p>', translated(row.text))


def _level(row: EventRow, _look: Look) -> SafeString:
    return format_html('<span class="state level-{}">{}</span>', row.level, worded(row.level))


KIND, PROCESS = _("Kind"), _("Process")
EVENTS = Table(
    name="events",
    row="event",
    caption=_("Events, newest first"),
    permission="view_event",
    order="at",
    export="events",
    columns=(
        Column(key="what", label=_("What happened"), cell=_what),
        Column(key="level", label=_("Level"), cell=_level),
        Column(key="kind", label=KIND, cell=cells.word(lambda row: row.kind)),
        Column(key="process", label=PROCESS, cell=cells.code(lambda row: row.process)),
        Column(key="at", label=_("When"), cell=cells.time(lambda row: row.at), is_number=True, sort="at"),
    ),
    filters=(
        Pick(name="level", label=_("Level"), is_tabs=True,
             options=choices((level.value, as_label(level.label)) for level in Level)),
        Typed(name="kind", label=KIND, is_main=True, check=printable(KIND), hint="outage"),
        Typed(name="process", label=PROCESS, check=printable(PROCESS), hint="bot-1:42"),
        When(name="time", label=_("When")),
    ),
    select=select,
    read=read,
    many=_("For a process the list looks through 50 000 events at a time."),
    empty="dashboard/empty/events.html",
)  # fmt: skip
