"""Editing and deleting what the bot has sent, through the outbox: the change waits for its turn like any message.

Only what Telegram has taken can be changed, and only while Telegram allows it; see amendments.py for how it is read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.outbox import amendments, checks, store, words
from botcore.outbox.amendments import DELETABLE, DELETE, EDITS, TEXT
from botcore.outbox.callback_data import prolong
from botcore.outbox.calls import text_calls
from botcore.outbox.content import Text
from botcore.outbox.ledger_payload import is_whole
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.recipients import recipient
from botcore.outbox.store import Queued
from botcore.texts.markup import HTML, MARKDOWN

SOURCE = "operator"
KEPT = ("reply_markup", "link_preview_options", "show_caption_above_media")  # an edit without them takes them away


@dataclass(frozen=True)
class Draft:
    """What an edit begins with: the words as they are now, as they are written, and their parse mode."""

    text: str
    parse_mode: str
    is_caption: bool
    loses_formatting: bool  # it was given beside the text, and cannot be typed


def draft(pk: int) -> Draft:
    """Return what an edit of a message begins with; raise ValidationError when it cannot be edited."""
    row = _found(pk)
    _check_edit(row)
    parameters = words.read_parameters(row.payload)
    name = EDITS[row.method][1]
    done = row.amendments.filter(state=OutgoingState.SENT).exclude(method=DELETE).order_by("-finished_at", "-pk")
    now = words.read_parameters(newest.payload) if (newest := done.first()) else parameters
    text = now.get(name)
    is_as_written = _mode(parameters) == str(now.get("parse_mode") or "")
    return Draft(
        text=text if isinstance(text, str) else "",
        parse_mode=_mode(parameters),
        is_caption=name != TEXT[1],
        loses_formatting=bool(now.get("entities") or now.get("caption_entities")) or not is_as_written,
    )


@transaction.atomic
def edit(*, pk: int, text: str, by: str) -> int:
    """Queue that a message of the bot reads otherwise, in its own parse mode; return the edit's row."""
    row = _found(pk, lock=True)
    _check_edit(row)
    parameters = words.read_parameters(row.payload)
    method, name = EDITS[row.method]
    said = _words(text, _mode(parameters), name)
    return _queue(row, method, {**said, **{key: parameters[key] for key in KEPT if key in parameters}}, by=by)


@transaction.atomic
def delete(*, pk: int, by: str) -> int:
    """Queue that a message of the bot is taken out of its chat; return the deletion's row."""
    row = _found(pk, lock=True)
    _check_delete(row)
    return _queue(row, DELETE, {}, by=by)


def check_delete(pk: int) -> None:
    """Raise ValidationError for a message that cannot be deleted."""
    _check_delete(_found(pk))


def _check_delete(row: OutgoingMessage) -> None:
    if reason := _why_not_changed(row):
        raise ValidationError(reason)
    if timezone.now() - (row.finished_at or row.created_at) > DELETABLE:
        raise ValidationError(_("It was sent more than 48 hours ago: Telegram lets no bot delete it any more."))


def _found(pk: int, *, lock: bool = False) -> OutgoingMessage:
    rows = OutgoingMessage.objects.select_for_update() if lock else OutgoingMessage.objects.all()
    row = rows.filter(pk=pk).first()
    if row is None:
        raise ValidationError(_("There is no such message."))
    return row


def _check_edit(row: OutgoingMessage) -> None:
    """Raise ValidationError for what cannot be edited."""
    if reason := _why_not_changed(row) or _why_not_edited(row):
        raise ValidationError(reason)


def _why_not_edited(row: OutgoingMessage) -> str:
    if row.method not in EDITS:
        return _("Only texts and captions can be edited.")
    if not row.payload:
        return _("What this message said is no longer kept: it cannot be edited.")
    if not is_whole(row.payload) and "reply_markup" in words.read_parameters(row.payload):
        return _("Of its buttons not everything is kept, and an edit would take them away.")
    return ""


def _why_not_changed(row: OutgoingMessage) -> str:
    """Say why nothing can be changed about a message; "" when that may go."""
    if row.state != OutgoingState.SENT or row.message_id is None:
        return _("Only a message that Telegram has taken can be changed.")
    if not amendments.makes_one(row.method):
        return _("Of an album, or of several copies, only the first message is known: change it in Telegram.")
    if recipient(row.chat_id) != row.chat_id:
        return _("The group has become a supergroup since: its older messages have other numbers there.")
    deletions = set(row.amendments.filter(method=DELETE).values_list("state", flat=True))
    if OutgoingState.SENT in deletions:
        return _("It is deleted already.")
    return _("It is being deleted.") if deletions & set(WAITING) else ""


def _words(text: str, parse_mode: str, name: str) -> dict[str, Any]:
    """Return the parameters with the new words; refuse what Telegram would refuse, or what takes several messages."""
    if name != TEXT[1]:
        if text.strip():
            checks.text(text, parse_mode, most=checks.CAPTION, what="caption")
        return {"parse_mode": parse_mode, name: text} if parse_mode and text.strip() else {name: text.strip()}
    calls = text_calls(Text(text, parse_mode))
    if len(calls) > 1 or calls[0].method != "sendMessage":
        raise ValidationError(_("That is too long for one message."))
    return calls[0].parameters


def _mode(parameters: Mapping[str, Any]) -> str:
    """Return the parse mode that new words are written in; an older kind of Telegram's is none."""
    mode = parameters.get("parse_mode")
    return mode if mode in {HTML, MARKDOWN} else ""


def _queue(row: OutgoingMessage, method: str, parameters: Mapping[str, Any], *, by: str) -> int:
    payload = json.dumps({**parameters, "message_id": row.message_id}, separators=(",", ":"))
    (pk,) = store.queue(row.bot_id, [Queued(row.chat_id, method, payload, Priority.ADMIN, source=SOURCE)])
    OutgoingMessage.objects.filter(pk=pk).update(amends=row)
    prolong(payload)
    record("outbox.delete" if method == DELETE else "outbox.edit", f"message:{row.pk}", after={"message": pk}, by=by)
    return pk
