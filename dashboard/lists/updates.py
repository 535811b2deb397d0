"""The list of updates."""

import re
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from botcore.exceptions import ValidationError
from botcore.inbox import selectors
from botcore.inbox.selection import Selection
from botcore.inbox.selectors import UpdateRow
from botcore.models import State
from botcore.paging import Page, Place
from botcore.runtime.features import feature_names
from dashboard.addresses import of_row
from dashboard.lists.named import CHATS, PEOPLE, Named, chat_words, chats, person_words, sender
from dashboard.tables import cells
from dashboard.tables.columns import Column, Look
from dashboard.tables.filters import Ids, Pick, Span, Typed, When, choices, printable
from dashboard.tables.table import Action, Facts, Table
from dashboard.words import as_label

# core.telegram.org/bots/api#update
KINDS = (
    "business_connection", "business_message", "callback_query", "channel_post", "chat_boost",
    "chat_join_request", "chat_member", "chosen_inline_result", "deleted_business_messages",
    "edited_business_message", "edited_channel_post", "edited_message", "guest_message", "inline_query",
    "managed_bot", "message", "message_reaction", "message_reaction_count", "my_chat_member", "poll",
    "poll_answer", "pre_checkout_query", "purchased_paid_media", "removed_chat_boost", "shipping_query",
)  # fmt: skip
KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)
GROUP = re.compile(r"[\w-]{1,16}", re.ASCII)


def select(facts: Facts) -> Selection:
    """Make the inbox' selection of the filters."""
    time: Span = facts.get("time", Span())
    return Selection(
        ids=facts.get("ids", ()),
        states=(facts["state"],) if "state" in facts else (),
        kind=facts.get("kind", ""),
        handler=facts.get("handler", ""),
        group=facts.get("group", ""),
        since=time.since,
        until=time.until,
        chats=facts.get("chat", ()),
        person=facts.get("person"),
    )


def read(chosen: Any, _sort: str, place: Place, look: Look) -> Page[UpdateRow]:
    """Read a page; what was said only where it is shown."""
    return selectors.updates(chosen, place=place, reader=look.reader if "words" in look.columns else None)


def group(typed: str) -> str:
    """Check a fingerprint."""
    if not GROUP.fullmatch(typed):
        raise ValidationError(_now("The error group in the address is not one that an error could have."))
    return typed


def kind(typed: str) -> str:
    """Check a kind of update, which may be one that came long ago."""
    if not KIND.fullmatch(typed):
        raise ValidationError(_now("The kind of update in the address is not one that Telegram could send."))
    return typed


def handler_words(name: str) -> str:
    """Return a handler's name, and say when no bot has it, as far as bots have told what they can do."""
    known = feature_names()
    return name if not known or name in known else _now("%(handler)s, which no bot has now") % {"handler": name}


class Kind(Pick):
    """A kind that is known, or a newer one that an address names."""

    def read(self, typed: Any) -> str:
        """Return the kind."""
        return kind(typed[self.name])


def _lead(row: UpdateRow, _look: Look) -> SafeString:
    link = of_row("update", row.id)
    return format_html('<a href="{}">{}</a> <span class="soft">#{}</span>', link, row.kind, str(row.id))


def _chat(row: UpdateRow, _look: Look) -> SafeString:
    if row.chat_id is None:
        return cells.DASH
    if row.chat_id == row.user_id:
        return format_html('<span class="soft">{}</span>', _("private"))
    return cells.name_of(row.chat or str(row.chat_id))


HANDLER = _("Handler")
UPDATES = Table(
    name="updates",
    row="update",
    caption=_("Updates, newest first"),
    permission="view_update",
    order="received",
    export="updates",
    columns=(
        Column(key="update", label=_("Update"), cell=_lead),
        Column(key="words", label=_("Words"), cell=cells.said, css="words", is_optional=True),
        Column(key="person", label=_("Person"), cell=lambda row, look: cells.person(row.user_id, row.person, look)),
        Column(key="chat", label=_("Chat"), cell=_chat),
        Column(key="state", label=_("State"), cell=cells.state(lambda row: row.state)),
        Column(key="handler", label=HANDLER, cell=cells.code(lambda row: row.handler)),
        Column(key="latency", label=_("Latency"), cell=cells.lasted(lambda row: row.latency_ms), is_number=True),
        Column(key="attempts", label=_("Attempts"), cell=cells.count(lambda row: row.attempts), is_number=True,
               is_optional=True),
        Column(key="update_id", label=_("Update id"), cell=cells.digits(lambda row: row.update_id), is_number=True,
               is_optional=True),
        Column(key="received", label=_("Received"), cell=cells.time(lambda row: row.received_at), is_number=True,
               sort="received"),
    ),
    filters=(
        Pick(name="state", label=_("State"), is_tabs=True,
             options=choices((state.value, as_label(state.label)) for state in State)),
        Kind(name="kind", label=_("Kind"), options=choices((one, one) for one in KINDS)),
        Named(name="person", label=_("Person"), takes=PEOPLE, check=sender, told=person_words,
              hint=_("Name, @username or id")),
        Named(name="chat", label=_("Chat"), takes=CHATS, check=chats, told=chat_words, hint=_("Name, @username or id")),
        Typed(name="handler", label=HANDLER, check=printable(HANDLER), told=handler_words, hint="start.start"),
        Typed(name="group", label=_("Error group"), check=group),
        When(name="time", label=_("Received")),
        Ids(name="ids", label=_("Chosen")),
    ),
    select=select,
    read=read,
    many=_("For a kind or a handler the list looks through 50 000 updates at a time."),
    empty="dashboard/empty/updates.html",
    actions=(Action(name="replay", label=_("Replay…"), done="", permission="replay_update", page="replay"),),
)  # fmt: skip
