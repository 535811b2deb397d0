"""Saying something later, from anywhere: a view, a job, another app. It commits with the caller's transaction.

The sender in `runbot` does the rest; see store.py. No call here reaches Telegram.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.broadcasts.deliveries import check_goes_on
from botcore.enclosures.models import MESSAGE
from botcore.enclosures.selectors import are_there
from botcore.enclosures.services import hold
from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.outbox import check_buttons, checks, store
from botcore.outbox.callback_data import prolong
from botcore.outbox.calls import Call, calls_of, enclosed_in, keyboard
from botcore.outbox.content import Album, Buttons, Content, Copy, Forward, Template, Text
from botcore.outbox.ledger_payload import is_whole
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox.recipients import default_bot, language_of, origin, recipient
from botcore.outbox.store import Queued
from botcore.outbox.words import read_object
from botcore.people.selectors import ids_of
from botcore.runtime import settings as runtime

FLAGS = {"silent": "disable_notification", "protected": "protect_content", "paid": "allow_paid_broadcast"}
NO_MESSAGE = "There is no such message."
AGAIN = (OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.CANCELLED)


@transaction.atomic
def send(  # noqa: PLR0913
    *,
    chat_id: int,
    text: str | None = None,
    content: Content | None = None,
    buttons: Buttons = (),
    silent: bool = False,
    protected: bool = False,
    paid: bool = False,
    reply_to: int | None = None,
    topic: int | None = None,
    priority: int = Priority.ALERT,
    due_at: datetime | None = None,
    bot_id: int | None = None,
    update_pk: int | None = None,
    source: str = "",
    key: str | None = None,
) -> int:
    """Queue a message and return its row, the first of several; nothing is queued when it raises ValidationError.

    `text` is short for `content=Text(text)`. The same `key` is queued once: again it returns the first one's row.
    `due_at` is when to send, None at once; `reply_to` a message's id, `topic` a forum's thread; `update_pk` the cause.
    What is `paid` costs Stars and goes by the setting broadcasts.paid_per_second.
    """
    checks.words(source, key)
    due_at, urgency = checks.due(due_at), checks.priority(priority)
    options = _options(silent=silent, protected=protected, paid=paid, reply_to=reply_to, topic=topic)
    rows = check_buttons.rows(buttons)
    bot = default_bot() if bot_id is None else bot_id
    checks.positive(bot, what="bot's id")
    _check_cause(update_pk)
    if key is not None and (known := _row_of(bot, key)):
        return known
    chat = recipient(chat_id)
    calls = _calls(chat, _content(text, content), rows, due_at)
    for call in calls:
        call.parameters.update(options)
    queued = [
        Queued(chat, call.method, call.payload, urgency, due_at, update_pk, source, None if number else key)
        for number, call in enumerate(calls)
    ]
    first = store.queue(bot, queued[:1])
    if not first:  # somebody else was faster by a moment
        return _row_of(bot, key or "") or 0
    store.queue(bot, queued[1:])
    if files := [file.enclosure for call in calls for file in enclosed_in(call.parameters)]:
        hold(files, holder=MESSAGE.format(first[0]), chat_id=chat)
    return first[0]


def cancel(pk: int, *, by: str = "", reason: str = "") -> bool:
    """Cancel a message that waits; False for one that is being sent, or whose end is known.

    `by` is the operator who wants it, for the audit; empty for code that cancels its own, which is no entry there.
    """
    return cancelled(pk, by=by, reason=reason) is not None


@transaction.atomic
def cancelled(pk: int, *, by: str = "", reason: str = "") -> datetime | None:
    """Do the same; return the moment, by which uncancel() knows this from a later one, None for False."""
    _check_row(pk)
    checks.storable(reason, what="reason")
    waiting, now = OutgoingMessage.objects.filter(pk=pk, state=OutgoingState.QUEUED), timezone.now()
    if not waiting.update(state=OutgoingState.CANCELLED, error=reason, finished_at=now):
        return None
    if by:
        record("outbox.cancel", f"message:{pk}", **_states(OutgoingState.QUEUED, OutgoingState.CANCELLED), by=by)
    return now


def cancel_chat(chat_id: int, *, bot_id: int | None = None, reason: str = "", by: str = "") -> int:
    """Cancel everything that waits for a chat, also from before it moved; return how much that was.

    `by` as with cancel(): the bot itself does so whenever somebody blocks it.
    """
    checks.identifier(chat_id, what="chat's id")
    waiting = OutgoingMessage.objects.filter(
        state__in=["queued", "sending"],  # the index' condition
        bot_id=default_bot() if bot_id is None else bot_id,
        chat_id__in=ids_of(chat_id),
    ).filter(state=OutgoingState.QUEUED)
    with transaction.atomic():
        # What somebody has locked is being sent or cancelled; a caller's long transaction must not hold up the bot.
        pks = list(waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        found = OutgoingMessage.objects.filter(pk__in=pks, state=OutgoingState.QUEUED)
        done = found.update(state=OutgoingState.CANCELLED, error=reason, finished_at=timezone.now())
        if done and by:
            record("outbox.cancel_chat", f"chat:{chat_id}", after={"cancelled": done}, by=by)
        return done


@transaction.atomic
def retry(pk: int, *, by: str = "") -> None:
    """Send a message once more that failed, was cancelled or is in doubt, because a person says so; `by` as above."""
    _check_row(pk)
    row = OutgoingMessage.objects.select_for_update().filter(pk=pk, state__in=AGAIN).first()
    if row is None:
        found = OutgoingMessage.objects.filter(pk=pk).first()
        words = _("A message that is %(state)s cannot be sent again.") % {"state": found.state} if found else NO_MESSAGE
        raise ValidationError(words)
    _queue_again(row, Now())
    if by:
        record("outbox.retry", f"message:{pk}", **_states(row.state, OutgoingState.QUEUED), by=by)


@transaction.atomic
def uncancel(pk: int, *, cancelled_at: datetime, by: str = "") -> bool:
    """Let a message wait again for the time that it had; return False when it was not cancelled then, or is no more.

    A broadcast's only while that runs, to somebody who would still get it; else raise ValidationError.
    """
    _check_row(pk)
    cancelled = OutgoingMessage.objects.filter(pk=pk, state=OutgoingState.CANCELLED, finished_at=cancelled_at)
    for key, chat_id in cancelled.values_list("key", "chat_id"):
        check_goes_on(key or "", chat_id)
    row = cancelled.select_for_update().first()
    if row is None:
        return False
    _queue_again(row, row.due_at)
    OutgoingMessage.objects.filter(pk=pk).update(error="")
    if by:
        record("outbox.uncancel", f"message:{pk}", **_states(row.state, OutgoingState.QUEUED), by=by)
    return True


def _queue_again(row: OutgoingMessage, due_at: datetime | Now) -> None:
    """Let a locked row wait; raise ValidationError when it cannot be sent."""
    if not row.payload:
        raise ValidationError(_("What this message said is no longer kept: it cannot be sent again."))
    if not is_whole(row.payload):
        raise ValidationError(
            _("Of this message not everything is kept, such as files and secrets: it cannot be sent again.")
        )
    files = enclosed_in(read_object(row.payload))
    if files and not are_there([file.enclosure for file in files]):
        raise ValidationError(_("The files of this message are no longer kept: it cannot be sent again."))
    OutgoingMessage.objects.filter(pk=row.pk).update(
        chat_id=recipient(row.chat_id), state=OutgoingState.QUEUED, due_at=due_at, finished_at=None
    )
    prolong(row.payload)
    row.refresh_from_db(fields=["chat_id", "due_at"])
    store.leave_notes(row.bot_id, [(row.chat_id, row.priority, row.due_at)])


def _states(before: str, after: str) -> dict[str, dict[str, str]]:
    return {"before": {"state": before}, "after": {"state": after}}


def _check_row(pk: object) -> None:
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 < pk < 2**63:
        raise ValidationError(NO_MESSAGE)


def _check_cause(update_pk: int | None) -> None:
    if update_pk is None:
        return
    checks.positive(update_pk, what="update's row")
    if not Update.objects.filter(pk=update_pk).exists():
        raise ValidationError(f"There is no update {update_pk}.")


def _row_of(bot_id: int, key: str) -> int | None:
    return OutgoingMessage.objects.filter(bot_id=bot_id, key=key).values_list("pk", flat=True).first()


def _content(text: str | None, content: Content | None) -> Content:
    """Return what is to be said."""
    if (text is None) == (content is None):
        raise ValidationError("Say either a text or a content.")
    return Text(text) if text is not None else content  # type: ignore[return-value]


def _calls(chat_id: int, content: Content, buttons: Buttons, due_at: datetime | None) -> list[Call]:
    """Return the calls for this chat, with the buttons under the last."""
    if isinstance(content, Copy | Forward):
        origin(content.from_chat_id)
    if isinstance(content, Template):
        with translation.override(language_of(chat_id)):
            calls = calls_of(content)
    else:
        calls = calls_of(content)
    if buttons and isinstance(content, Album | Forward):
        raise ValidationError("Telegram shows no buttons under an album or a forwarded message.")
    calls[-1].parameters.update(keyboard(buttons, chat_id=chat_id, due_at=due_at))
    return calls


def _options(*, reply_to: int | None, topic: int | None, **flags: bool) -> dict[str, Any]:
    """Return the parameters that all methods share."""
    for name, wanted in flags.items():
        checks.flag(wanted, name=name)
    checks.payment(paid=flags["paid"], per_second=flags["paid"] and runtime.value("broadcasts.paid_per_second"))
    options: dict[str, Any] = {FLAGS[name]: True for name, wanted in flags.items() if wanted}
    if reply_to is not None:
        checks.positive(reply_to, what="message's id", bits=checks.MESSAGE_BITS)
        options["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    if topic is not None:
        checks.positive(topic, what="topic's id", bits=checks.MESSAGE_BITS)
        options["message_thread_id"] = topic
    return options
