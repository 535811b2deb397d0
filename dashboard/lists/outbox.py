"""The list of what the bot says, and what can be done with several messages."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from botcore.exceptions import ValidationError
from botcore.models import OutgoingState, Priority
from botcore.outbox import listing, services
from botcore.outbox.listing import OutgoingRow
from botcore.outbox.selection import OutboxSelection
from botcore.paging import Page, Place
from botcore.validators import integer
from dashboard.addresses import of_row
from dashboard.lists.named import CHATS, Named, chat_words, chats
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Pick, Span, Typed, When, choices, printable
from dashboard.tables.table import Action, Facts, Table
from dashboard.templatetags.console import ago, span
from dashboard.words import as_label, in_words, worded

PRIORITIES = {label: number for number, label in Priority.choices}  # by the word that the column shows


def select(facts: Facts) -> OutboxSelection:
    """Make a selection of the filters."""
    time: Span = facts.get("time", Span())
    return OutboxSelection(
        state=facts.get("state", ""),
        chats=facts.get("chat", ()),
        priority=PRIORITIES.get(facts.get("priority", "")),
        source=facts.get("source", ""),
        broadcast=facts.get("broadcast", 0),
        since=time.since,
        until=time.until,
    )


def read(chosen: Any, _sort: str, place: Place, look: Look) -> Page[OutgoingRow]:
    """Read a page."""
    return listing.outgoing(chosen, reader=look.reader, place=place)


def _cancel(pk: int, by: str, _form: QueryDict) -> object:
    moment = services.cancelled(pk, by=by, reason=f"cancelled by {by}")
    if moment is None:
        raise ValidationError(_now("A message that waits no more cannot be cancelled."))
    return moment.isoformat()


def _uncancel(pk: int, moment: Any, by: str) -> bool:
    return services.uncancel(pk, cancelled_at=datetime.fromisoformat(moment), by=by)


def _retry(pk: int, by: str, _form: QueryDict) -> None:
    services.retry(pk, by=by)


def _lead(row: OutgoingRow, _look: Look) -> SafeString:
    link = of_row("outgoing", row.id)
    return format_html('<a href="{}">#{}</a> <span class="soft">{}</span>', link, str(row.id), row.method)


def _latency(row: OutgoingRow, _look: Look) -> str:
    return format_html(_now("due {}"), ago(row.due_at)) if row.is_later else span(row.latency_ms)


SOURCE = _("Source")
OUTBOX = Table(
    name="outbox",
    row="outgoing",
    caption=_("Messages, newest first"),
    permission="view_outgoingmessage",
    order="written",
    export="messages",
    columns=(
        Column(key="message", label=_("Message"), cell=_lead),
        Column(key="words", label=_("Words"), cell=cells.said, css="words"),
        Column(key="chat", label=_("Chat"), cell=lambda row, look: cells.chat(row.chat_id, row.chat, look)),
        Column(key="state", label=_("State"), cell=cells.state(lambda row: row.state)),
        Column(key="priority", label=_("Priority"), cell=cells.word(lambda row: worded(row.priority))),
        Column(key="source", label=SOURCE, cell=cells.code(lambda row: row.source), is_optional=True),
        Column(key="attempts", label=_("Attempts"), cell=cells.count(lambda row: row.attempts), is_number=True,
               is_optional=True),
        Column(key="latency", label=_("Latency"), cell=_latency, is_number=True),
        Column(key="written", label=_("Written"), cell=cells.time(lambda row: row.created_at), is_number=True,
               sort="written"),
    ),
    filters=(
        Pick(name="state", label=_("State"), is_tabs=True,
             options=choices((state.value, as_label(state.label)) for state in OutgoingState)),
        Named(name="chat", label=_("Chat"), takes=CHATS, check=chats, told=chat_words, hint=_("Name, @username or id")),
        Pick(name="priority", label=_("Priority"),
             options=choices((label, in_words(label)) for label in PRIORITIES)),
        Typed(name="source", label=SOURCE, check=printable(SOURCE), hint="feedback"),
        Typed(name="broadcast", label=_("Broadcast"), check=partial(integer, least=1), hint="7"),
        When(name="time", label=_("Written")),
    ),
    select=select,
    read=read,
    many=_("For a priority, a source or a broadcast the list looks through 50 000 messages at a time."),
    empty="dashboard/empty/outbox.html",
    actions=(
        Action(name="cancel", label=_("Cancel"), done=_("cancelled, and will not be sent."),
               permission="resend_outgoingmessage", act=_cancel, undo=_uncancel),
        Action(name="retry", label=_("Send again…"), done=_("queued again."), permission="resend_outgoingmessage",
               act=_retry, is_asked=True),
    ),
)  # fmt: skip
