"""The list of who changed what."""

from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from botcore.audit import selectors
from botcore.audit.changes import Change
from botcore.audit.selection import AuditSelection
from botcore.audit.selectors import Entry
from botcore.models import Channel
from botcore.paging import Page, Place
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Span, Typed, When, choices, plain
from dashboard.tables.table import Facts, Table
from dashboard.templatetags.console import ago, broken
from dashboard.words import as_label, worded

WORD = 200  # characters of a word that is compared


def select(facts: Facts) -> AuditSelection:
    """Make a selection of the filters."""
    time: Span = facts.get("time", Span())
    words = {name: facts.get(name, "") for name in ("actor", "target", "channel")}
    return AuditSelection(action=facts.get("action", "").rstrip("."), **words, since=time.since, until=time.until)


def read(chosen: Any, _sort: str, place: Place, _look: Look) -> Page[Entry]:
    """Read a page."""
    return selectors.entries(chosen, place=place)


def _only(look: Look, name: str, word: str, shown: str) -> SafeString:
    """Return a link to the entries with this word, among those that are shown."""
    kept = {one: look.request.GET.get(one, "") for one in ("action", "actor", "target", "channel", "from", "to")}
    query = urlencode({one: value for one, value in {**kept, name: word}.items() if value})
    return format_html('<a href="?{}">{}</a>', query, shown)


def _action(row: Entry, look: Look) -> SafeString:
    return _only(look, "action", row.action, broken(row.action))


def _target(row: Entry, look: Look) -> SafeString:
    if not row.target:
        return cells.DASH
    about = format_html(' <bdi class="name soft">{}</bdi>', row.about) if row.about else ""
    return format_html("{}{}", _only(look, "target", row.target, broken(row.target)), about)


def _who(row: Entry, look: Look) -> SafeString:
    if not row.actor:
        return format_html('<span class="soft">{}</span>', _("nobody logged in"))
    return format_html("<bdi>{}</bdi>", _only(look, "actor", row.actor, row.who))


def _changes(row: Entry, _look: Look) -> SafeString:
    if not row.changes:
        return cells.DASH
    changes = format_html_join("", "{}", ((_change(one),) for one in row.changes))
    return format_html('<ul class="changes">{}</ul>', changes)


def _change(change: Change) -> SafeString:
    name = format_html('<span class="soft">{}</span> ', change.name) if change.name else ""
    before, after = (ago(at) if at else word for at, word in _sides(change))
    was = format_html("<del>{}</del>", before) if change.before else ""
    arrow = format_html(' <span aria-hidden="true">{}</span> ', "→") if change.before and change.after else ""
    now = format_html("<ins>{}</ins>", after) if change.after else ""
    return format_html("<li>{}{}{}{}</li>", name, was, arrow, now)


def _sides(change: Change) -> list[tuple[Any, str]]:
    return [(change.before_at, change.before), (change.after_at, change.after)]


def _from(row: Entry, _look: Look) -> SafeString:
    ip = format_html(' <span class="soft">{}</span>', row.ip) if row.ip else ""
    words = _("Id of the request")
    mark = '<br><code class="soft small" title="{}">{}</code>'
    request = format_html(mark, words, row.request_id) if row.request_id else ""
    return format_html("{}{}{}", worded(row.channel), ip, request)


AUDIT = Table(
    name="audit",
    row="entry",
    caption=_("Entries of the audit, newest first"),
    permission="view_auditentry",
    order="at",
    export="audit",
    columns=(
        Column(key="action", label=_("Action"), cell=_action),
        Column(key="target", label=_("Target"), cell=_target),
        Column(key="who", label=_("Who"), cell=_who),
        Column(key="changes", label=_("What changed"), cell=_changes, css="words"),
        Column(key="from", label=_("From"), cell=_from),
        Column(key="at", label=_("When"), cell=cells.time(lambda row: row.at), is_number=True, sort="at"),
    ),
    filters=(
        Pick(name="channel", label=_("Where"), is_tabs=True,
             options=choices((value, as_label(label)) for value, label in Channel.choices)),
        Typed(name="action", label=_("Action"), check=plain(WORD), longest=5000, hint="errors.resolve"),
        Typed(name="actor", label=_("Who"), is_main=True, check=plain(WORD), longest=5000, hint=_("alice or 42")),
        Typed(name="target", label=_("Target"), check=plain(WORD), longest=5000, hint="error:5"),
        When(name="time", label=_("When")),
    ),
    select=select,
    read=read,
    many=_("For a whole room or a channel the list looks through 50 000 entries at a time."),
    empty="dashboard/empty/audit.html",
)  # fmt: skip
