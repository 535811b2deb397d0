"""Editing or deleting what a broadcast has sent: a broadcast of its own, whose deliveries change those messages.

It is a draft first, is tested, started, paused and cancelled as any other; feeding.py makes its steps.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import deliveries, links, personal, wording
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.broadcasts.moves import locked, must_be, note
from botcore.exceptions import ValidationError
from botcore.outbox.amendments import DELETABLE, DELETE, EDITS, TEXT
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.people.models import Chat, Reach
from botcore.validators import storable

OVER = (BroadcastState.DONE, BroadcastState.CANCELLED)
OPEN = (BroadcastState.SCHEDULED, BroadcastState.RUNNING, BroadcastState.PAUSED)
LOOKED = 1000  # people in one step: few of them may have got it
WHO_LENGTH = 150
BESIDE = frozenset({"link_preview_options", "show_caption_above_media"})  # an edit without them takes them away
_CHAT = Cast(OuterRef("chat_id"), CharField())


@dataclass
class Found:
    """The next messages to change, Telegram's ids by chat, and how many cannot be: too old, or the chat is lost."""

    messages: dict[int, int] = field(default_factory=dict)
    last: int = 0  # the last person who was looked at
    is_end: bool = False
    too_old: int = 0
    blocked: int = 0


@transaction.atomic
def write_edit(
    pk: int, *, by: str, content: Text, buttons: str | None = None, is_shown: bool = False, update_pk: int | None = None
) -> int:
    """Keep a draft that edits what a broadcast has sent, and return its row; without `buttons` these stay.

    `is_shown`: Telegram has taken the words in the writer's chat. That spares a text its test, and a caption not.
    """
    if update_pk is not None and (known := _row_of(update_pk)):
        return known
    of = _changeable(pk)
    if of.method not in EDITS:
        raise ValidationError(
            _("Only texts and captions can be edited: of a copied message nobody knows which it has.")
        )
    method, _name = EDITS[of.method]
    parameters: dict[str, Any] = json.loads(of.payload)
    typed = links.written(parameters) if buttons is None else buttons
    beside = {name: value for name, value in parameters.items() if name in BESIDE}
    payload = {**wording.reworded(method, beside, content), **links.parameters(typed)}
    return _write(of, method, payload, by=by, is_shown=is_shown and method == TEXT[0], update_pk=update_pk)


@transaction.atomic
def write_deletion(pk: int, *, by: str, update_pk: int | None = None) -> int:
    """Keep a draft that deletes what a broadcast has sent, and return its row; there is nothing to test."""
    if update_pk is not None and (known := _row_of(update_pk)):
        return known
    of = _changeable(pk)
    _check_age(of)
    return _write(of, DELETE, {}, by=by, is_shown=True, update_pk=update_pk)


def check_start(row: Broadcast) -> None:
    """Refuse a second change of the same messages at once; needs the caller's transaction."""
    if row.amends_id is None:
        return
    of = locked(row.amends_id)
    other = of.amendments.filter(state__in=OPEN).exclude(pk=row.pk).first()
    if other is not None:
        words = _("Broadcast %(other)s changes the same messages and is not over: wait for it, or cancel it.")
        raise ValidationError(words % {"other": other.pk})
    if row.method == DELETE:
        _check_age(of)


def shown(row: Broadcast) -> tuple[str, dict[str, Any]]:
    """Return the call that shows in another chat how the messages will read."""
    parameters: dict[str, Any] = json.loads(row.payload)
    if row.amends is None:
        return row.method, parameters
    rest = {name: value for name, value in json.loads(row.amends.payload).items() if name not in wording.SAID}
    return row.amends.method, {**rest, **parameters}


def find(row: Broadcast, of: Broadcast, *, most: int) -> Found:
    """Return the messages of the next people behind the cursor, about so many.

    By their ids, and by the keys of the deliveries: each step follows two indexes and stops early.
    """
    chats = Chat.objects.filter(type="private", pk__gt=row.cursor, first_seen__lte=of.started_at or timezone.now())
    ahead = list(chats.order_by("pk").values_list("pk", "reach")[:LOOKED])
    found = Found(last=row.cursor)
    for start in range(0, len(ahead), most):
        _add(found, of, dict(ahead[start : start + most]), is_deletion=row.method == DELETE)
        if len(found.messages) >= most:
            break
    found.is_end = len(ahead) < LOOKED and (not ahead or found.last == ahead[-1][0])
    return found


def queue(row: Broadcast, messages: Mapping[int, int]) -> int:
    """Queue the changes of these messages, Telegram's ids by chat; return how many are new."""
    said = personal.payloads(row, messages)
    payloads = {
        chat: json.dumps({**json.loads(said[chat]), "message_id": message}, separators=(",", ":"))
        for chat, message in messages.items()
    }
    rows = deliveries.enqueue(row, payloads)
    first = OutgoingMessage.objects.filter(bot_id=row.bot_id, key=Concat(Value(_key(row.amends_id)), _CHAT))
    OutgoingMessage.objects.filter(pk__in=rows).update(amends=Subquery(first.values("pk")[:1]))
    return len(rows)


def _add(found: Found, of: Broadcast, reach: Mapping[int, str], *, is_deletion: bool) -> None:
    """Look at some people's messages; whose is deleted already, or was never sent, is passed by."""
    oldest = timezone.now() - DELETABLE
    deletions = OutgoingMessage.objects.filter(amends=OuterRef("pk"), method=DELETE, state=OutgoingState.SENT)
    sent = OutgoingMessage.objects.filter(
        bot_id=of.bot_id, key__in=[f"{_key(of.pk)}{chat}" for chat in reach], state=OutgoingState.SENT
    ).exclude(Exists(deletions))
    for chat, message, at in sent.values_list("chat_id", "message_id", "finished_at").order_by("chat_id"):
        if message is None:  # Telegram's answer named none
            continue
        if is_deletion and at is not None and at < oldest:
            found.too_old += 1
        elif reach.get(chat) != Reach.OPEN:
            found.blocked += 1
        else:
            found.messages[chat] = message
    found.last = max(reach)


def _changeable(pk: int) -> Broadcast:
    """Return the broadcast, locked, if it has sent something, is over, and is none that changes another."""
    of = locked(pk)
    must_be(of, _("Broadcast %(pk)s is %(state)s: what it has sent is changed when it is done or cancelled."), *OVER)
    if of.amends_id is not None:
        raise ValidationError(_("It changes what broadcast %(pk)s has sent: change that one.") % {"pk": of.amends_id})
    if not of.sent:
        raise ValidationError(_("It was sent to nobody."))
    if of.method == wording.ALBUM:
        raise ValidationError(_("Of an album only the first message is known: what was sent cannot be changed."))
    if of.deliveries.exists():
        raise ValidationError(_("Its last messages are still on their way: try again in a moment."))
    return of


def _check_age(of: Broadcast) -> None:
    if timezone.now() - (of.finished_at or of.created_at) > DELETABLE:
        raise ValidationError(_("It was sent more than 48 hours ago: Telegram lets no bot delete it any more."))


def _write(
    of: Broadcast, method: str, payload: Mapping[str, Any], *, by: str, is_shown: bool, update_pk: int | None
) -> int:
    row = Broadcast.objects.create(
        bot_id=of.bot_id,
        amends=of,
        method=method,
        payload=json.dumps(payload, separators=(",", ":")),
        has_stop=of.has_stop and method != DELETE,
        update_pk=update_pk,
        created_by=storable(by)[:WHO_LENGTH],
        created_at=timezone.now(),
        is_shown=is_shown,
        total=of.sent,
    )
    what = "deletes" if method == DELETE else "edits"
    text = f"{by} wrote broadcast {row.pk}, which {what} what broadcast {of.pk} has sent."
    note("broadcasts.amend", row, text, by=by, method=method, of=of.pk)
    return row.pk


def _key(pk: int | None) -> str:
    return f"{BROADCAST_KEYS}{pk}:"


def _row_of(update_pk: int) -> int | None:
    return Broadcast.objects.filter(update_pk=update_pk).values_list("pk", flat=True).first()
