"""The list of errors, and what is decided about several of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from botcore.errors import selectors, services, undo
from botcore.errors.selection import TABS, GroupSelection
from botcore.errors.selectors import GroupRow
from botcore.paging import Page, Place
from botcore.validators import one_of
from dashboard.addresses import of_row
from dashboard.charts.sparks import sparkline
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Typed, choices, plain
from dashboard.tables.table import Action, Facts, Table
from dashboard.templatetags.console import ago
from dashboard.words import as_label, worded

SEARCH_LENGTH = 200
MUTES: Mapping[str, timedelta | None] = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "ever": None}


def select(facts: Facts) -> GroupSelection:
    """Make a selection of the filters."""
    return GroupSelection(facts.get("tab", "open"), facts.get("search", ""))


def read(chosen: Any, sort: str, place: Place, _look: Look) -> Page[GroupRow]:
    """Read a page."""
    return selectors.groups(chosen, sort=sort, place=place)


def mute(pk: int, by: str, form: QueryDict) -> bool:
    """Mute a group for the time that the form says, an hour without one."""
    length = MUTES[one_of(form.get("for", "1h"), MUTES)]
    return services.mute(group_id=pk, by=by, until=timezone.now() + length if length else None)


def _resolve(pk: int, by: str, _form: QueryDict) -> object:
    return undo.decide(pk, lambda: services.resolve(group_id=pk, by=by)) or False


def _mute(pk: int, by: str, form: QueryDict) -> object:
    return undo.decide(pk, lambda: mute(pk, by, form)) or False


def _acknowledge(pk: int, by: str, _form: QueryDict) -> object:
    return undo.decide(pk, lambda: services.acknowledge(group_id=pk, by=by)) or False


def _undo(pk: int, standings: Any, by: str) -> bool:
    return undo.undo(group_id=pk, standings=standings, by=by)


def _merge(ids: list[int], by: str, _form: QueryDict) -> str:
    services.merge(into=ids[0], others=ids[1:], by=by)
    return _now("%(count)s errors are one now: the oldest of them.") % {"count": len(ids)}


def _lead(row: GroupRow, _look: Look) -> SafeString:
    marks = [cells.state_of(row.state)]
    if row.level != "error":
        marks.append(format_html('<span class="state level-{}">{}</span>', row.level, worded(row.level.label)))
    if row.culprit:
        marks.append(format_html('<bdi class="name"><code>{}</code></bdi>', row.culprit))
    if row.handler:
        marks.append(format_html('<bdi class="name soft">{}</bdi>', row.handler))
    else:
        marks.append(format_html('<span class="soft">{}</span>', worded(row.source)))
    if row.assignee:
        marks.append(format_html('<bdi class="name soft">→ {}</bdi>', row.assignee))
    return format_html(
        '<a class="name" href="{}" title="{}"><bdi>{}</bdi></a>\n<p class="sub">{}</p>',
        of_row("error", row.id), row.title, row.title,
        format_html_join("", "{}", [(mark,) for mark in marks]),
    )  # fmt: skip


def _hours(row: GroupRow, _look: Look) -> SafeString:
    line = sparkline(row.hours, "hour")
    return format_html(
        '<svg class="spark" viewBox="0 0 {} 100" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<title>{}</title><path d="{}"/></svg>',
        line.width, line.label, line.label, line.path,
    )  # fmt: skip


def _seen(row: GroupRow, _look: Look) -> SafeString:
    first = format_html(_now("first {}"), ago(row.first_seen))
    return format_html('{}<small class="soft">{}</small>', ago(row.last_seen), first)


TRIAGE = "triage_errorgroup"
ERRORS = Table(
    name="errors",
    row="error",
    caption=_("Errors"),
    permission="view_errorgroup",
    order="last_seen",
    export="errors",
    columns=(
        Column(key="error", label=_("Error"), cell=_lead),
        Column(key="hours", label=_("Last 24 h"), cell=_hours, css="line"),
        Column(key="events", label=_("Events"), cell=cells.count(lambda row: row.count), is_number=True, sort="count"),
        Column(key="people", label=_("People"), cell=cells.count(lambda row: row.people), is_number=True,
               sort="people"),
        Column(key="seen", label=_("Last seen"), cell=_seen, is_number=True, sort="last_seen"),
    ),
    filters=(
        Pick(name="tab", label=_("State"), is_tabs=True, default="open",
             options=choices((tab, as_label(tab)) for tab in TABS)),
        Typed(name="search", label=_("Search"), is_main=True, is_search=True, check=plain(SEARCH_LENGTH), longest=1000,
              hint=_("Words, or a code such as 7K2Q-X9MB")),
    ),
    select=select,
    read=read,
    empty="dashboard/empty/errors.html",
    actions=(
        Action(name="resolve", label=_("Resolve"), done=_("resolved. What comes again is a regression."),
               permission=TRIAGE, act=_resolve, undo=_undo),
        Action(name="mute", label=_("Mute 1 h"), done=_("muted: counted, and nobody is told."), permission=TRIAGE,
               act=_mute, undo=_undo),
        Action(name="acknowledge", label=_("Acknowledge"), done=_("known."), permission=TRIAGE,
               act=_acknowledge, undo=_undo),
        Action(name="merge", label=_("Merge…"), done="", permission=TRIAGE, together=_merge, is_asked=True, least=2,
               fields="dashboard/tables/merge.html"),
    ),
)  # fmt: skip
