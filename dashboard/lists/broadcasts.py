"""The list of broadcasts."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from botcore.broadcasts import selectors
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.models import BroadcastState
from botcore.paging import Page, Place
from dashboard.tables.columns import Cell, Column, Look
from dashboard.tables.filters import Pick, choices
from dashboard.tables.table import Facts, Table
from dashboard.templatetags.console import ago
from dashboard.words import as_label, worded

BRIEF = 80  # characters of a title


def select(facts: Facts) -> str:
    """Return the state that is asked for."""
    return str(facts.get("state", ""))


def read(chosen: Any, _sort: str, place: Place, look: Look) -> Page[BroadcastFacts]:
    """Read a page."""
    return selectors.broadcasts(chosen, reader=look.reader, place=place)


def _lead(row: BroadcastFacts, _look: Look) -> SafeString:
    link, title = reverse("dashboard:broadcast", args=[row.pk]), Truncator(row.heading).chars(BRIEF)
    state = format_html('<span class="state {}">{}</span>', row.state, worded(row.label))
    edits = _now("Edits what broadcast %(of)s has sent, for everybody who got it.") % {"of": row.amends}
    what = format_html('<small class="soft">{}</small>', edits) if row.amends and not row.is_deletion else ""
    return format_html('{}<a href="{}" dir="auto">{}</a>{}', state, link, title, what)


def _part(name: str) -> Cell:
    def cell(row: BroadcastFacts, look: Look) -> str:
        request: HttpRequest = look.request
        return render_to_string(f"dashboard/parts/{name}.html", {"broadcast": row}, request)

    return cell


def _actions(row: BroadcastFacts, look: Look) -> str:
    return _part("broadcast_actions")(row, look) if look.sees("change_broadcast") else ""


def _written(row: BroadcastFacts, _look: Look) -> SafeString:
    return format_html('<bdi class="name">{}</bdi> {}', row.created_by, ago(row.created_at))


BROADCASTS = Table(
    name="broadcasts",
    row="broadcast",
    caption=_("Broadcasts, newest first"),
    permission="view_broadcast",
    key=lambda row: row.pk,
    columns=(
        Column(key="broadcast", label=_("Broadcast"), cell=_lead),
        Column(key="progress", label=_("Progress"), cell=_part("broadcast_progress")),
        Column(key="written", label=_("Written"), cell=_written),
        Column(key="actions", label=_("Actions"), cell=_actions),
    ),
    filters=(
        Pick(name="state", label=_("State"), is_tabs=True,
             options=choices((state.value, as_label(state.value)) for state in BroadcastState)),
    ),
    select=select,
    read=read,
    empty="dashboard/empty/broadcasts.html",
    above="dashboard/parts/broadcasts_above.html",
)  # fmt: skip
