"""The cards that follow broadcasts in operators' chats: the feeder edits those that changed, through the outbox.

A card's edits are one row of the outbox, queued again for each: a new text waits until the one before was shown, and
what a process that dies has queued is shown by the next.
"""

import json
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone, translation

from botcore.broadcasts import card, selectors
from botcore.broadcasts.models import BroadcastCard
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.outbox import store
from botcore.outbox.calls import calls_of, keyboard
from botcore.outbox.content import Template
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.recipients import language_of
from botcore.outbox.store import Queued
from botcore.people.privacy import Reader

SOURCE = "broadcast"
SOON, LATER = timedelta(seconds=3), timedelta(minutes=1)  # between two edits
LOOKED_AT = timedelta(minutes=10)  # a card is edited soon for so long after a person saw to it, then later
FOLLOWED = timedelta(days=1)  # and not at all after that
ANSWERED = "A person looks at something else in this message."


@transaction.atomic
def follow(pk: int, *, bot_id: int, chat_id: int, message_id: int) -> None:
    """Keep this message up to date from now on, as a card of the broadcast; the caller shows it the first time."""
    leave(bot_id=bot_id, chat_id=chat_id, message_id=message_id)
    now = timezone.now()
    facts = selectors.broadcast(pk, reader=Reader())
    if facts is not None and not facts.is_over:
        BroadcastCard.objects.create(
            broadcast_id=pk, bot_id=bot_id, chat_id=chat_id, message_id=message_id, opened_at=now, due_at=now + SOON
        )


@transaction.atomic
def leave(*, bot_id: int, chat_id: int, message_id: int) -> None:
    """Do not edit this message any more: it shows something else."""
    found = BroadcastCard.objects.filter(bot_id=bot_id, chat_id=chat_id, message_id=message_id)
    for row in found.select_for_update():
        _edit_of(row).filter(state=OutgoingState.QUEUED).update(
            state=OutgoingState.CANCELLED, error=ANSWERED, finished_at=timezone.now()
        )
        row.delete()


def show_changes() -> None:
    """Queue the edits of cards that are due and no longer say how their broadcast stands."""
    due = Q(due_at__lte=timezone.now())
    for pk in list(BroadcastCard.objects.filter(due).values_list("pk", flat=True)):
        with transaction.atomic():
            if row := BroadcastCard.objects.select_for_update(skip_locked=True).filter(due, pk=pk).first():
                _look(row)


def _look(row: BroadcastCard) -> None:
    """Edit the message if that is to be done; let go of a card that is over, too old, or gone from the chat."""
    before = _edit_of(row).values_list("state", flat=True).first()
    facts = selectors.broadcast(row.broadcast_id, reader=Reader())
    age = timezone.now() - row.opened_at
    if facts is None or age > FOLLOWED or before in {OutgoingState.FAILED, OutgoingState.CANCELLED}:
        row.delete()
        return
    is_shown = before not in WAITING
    if is_shown:
        _show(row, facts)
    if is_shown and facts.is_over:
        row.delete()
        return
    row.due_at = timezone.now() + (SOON if age < LOOKED_AT or not is_shown else LATER)
    row.save(update_fields=["due_at", "shown", "edit"])


def _show(row: BroadcastCard, facts: BroadcastFacts) -> None:
    """Queue the edit, unless the card says so already."""
    payload = _payload(row, facts)
    if payload == row.shown:
        return
    row.shown = payload
    again = _edit_of(row).exclude(state__in=WAITING)
    if again.update(payload=payload, state=OutgoingState.QUEUED, due_at=Now(), finished_at=None, error=""):
        due_at = _edit_of(row).values_list("due_at", flat=True).get()  # by the database's clock
        store.leave_notes(row.bot_id, [(row.chat_id, Priority.ALERT, due_at)])
        return
    (row.edit,) = store.queue(
        row.bot_id, [Queued(row.chat_id, "editMessageText", payload, Priority.ALERT, source=SOURCE)]
    )


def _payload(row: BroadcastCard, facts: BroadcastFacts) -> str:
    """Return the edit's parameters, in the language of the chat's person."""
    with translation.override(language_of(row.chat_id)):
        (call,) = calls_of(Template("broadcast", card.values(facts), preview=False))
        buttons = keyboard(card.buttons(facts), chat_id=row.chat_id, due_at=None)
    return json.dumps({**call.parameters, **buttons, "message_id": row.message_id}, separators=(",", ":"))


def _edit_of(row: BroadcastCard) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(pk=row.edit or 0)
