"""An address' query → what a list shall show, each word checked: a wrong one becomes a page with status 400."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from botcore.errors.selectors import SORTS, TABS
from botcore.exceptions import ValidationError
from botcore.inbox.selection import Selection
from botcore.models import Channel, OutgoingState, Priority, State
from botcore.validators import chat_id, one_of, storable

KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)
GROUP = re.compile(r"[\w-]{1,16}", re.ASCII)
SEARCH_LENGTH = 200
HANDLER_LENGTH = 100  # a feature may have any name


@dataclass(frozen=True)
class Errors:
    """Which groups of errors are asked for, in which order."""

    tab: str = "open"
    sort: str = "last_seen"
    search: str = ""


@dataclass(frozen=True)
class Chosen:
    """Which messages of the outbox are asked for; empty and None mean any."""

    state: str = ""
    chat_id: int | None = None
    priority: int | None = None


@dataclass(frozen=True)
class Audit:
    """Which entries of the audit are asked for; empty means any."""

    action: str = ""
    actor: str = ""
    target: str = ""
    channel: str = ""


def audit(query: Mapping[str, str]) -> Audit:
    """Return which entries the address asks for."""
    if channel := query.get("channel", ""):
        one_of(channel, Channel.values)
    action, actor, target = (
        storable(query.get(name, "")).strip()[:SEARCH_LENGTH] for name in ("action", "actor", "target")
    )
    return Audit(action.rstrip("."), actor, target, channel)


def outgoing(query: Mapping[str, str]) -> Chosen:
    """Return which messages the address asks for."""
    if state := query.get("state", ""):
        one_of(state, OutgoingState.values)
    if priority := query.get("priority", ""):
        one_of(priority, [str(value) for value in Priority.values])
    chat = query.get("chat", "").strip()
    return Chosen(state, chat_id(chat) if chat else None, int(priority) if priority else None)


def errors(query: Mapping[str, str]) -> Errors:
    """Return which groups the address asks for; an empty search means any."""
    tab, sort = query.get("tab", "open"), query.get("sort", "last_seen")
    return Errors(one_of(tab, TABS), one_of(sort, SORTS), query.get("search", "").strip()[:SEARCH_LENGTH])


def selection(query: Mapping[str, str]) -> Selection:
    """Return the updates that the address asks for; empty words mean any."""
    if state := query.get("state", ""):
        one_of(state, State.values)
    handler = query.get("handler", "")
    if len(handler) > HANDLER_LENGTH or not handler.isprintable():
        raise ValidationError("The handler in the address has no name that a handler could have.")
    return Selection(
        states=(state,) if state else (),
        kind=_word(query, "kind", KIND, "The kind of update in the address is not one that Telegram could send."),
        handler=handler,
        group=_word(query, "group", GROUP, "The error group in the address is not one that an error could have."),
    )


def address(chosen: Selection) -> str:
    """Return the query of the list that shows this selection in any state; empty for all."""
    words = {"kind": chosen.kind, "handler": chosen.handler, "group": chosen.group}
    query = urlencode({name: word for name, word in words.items() if word})
    return f"?{query}" if query else ""


def _word(query: Mapping[str, str], name: str, form: re.Pattern[str], complaint: str) -> str:
    word = query.get(name, "")
    if word and not form.fullmatch(word):
        raise ValidationError(complaint)
    return word
