"""What operators decide about broadcasts: write, start, pause, resume, cancel. Each is an event and in the audit.

Nothing is sent here: feeding.py queues deliveries while a broadcast is running. A second press returns False.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.broadcasts import audience, deliveries
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.outbox import checks
from botcore.outbox.calls import Call, calls_of
from botcore.outbox.content import Copy, Text
from botcore.outbox.recipients import default_bot, origin
from botcore.texts.split import LONGEST
from botcore.validators import storable

KIND = "broadcast"
WHO_LENGTH, ABOUT_LENGTH = 150, 200
COUNT_HOLDS = timedelta(hours=1)  # of a draft: to count takes seconds for each million people
FREE = (BroadcastState.DRAFT, BroadcastState.RUNNING, BroadcastState.PAUSED)  # that can be cancelled


@transaction.atomic
def draft(
    *, by: str, content: Text | Copy, about: str = "", bot_id: int | None = None, update_pk: int | None = None
) -> int:
    """Keep a broadcast that is not started and return its row; raise ValidationError for what cannot be sent.

    `about` says what a copied message is. Another attempt at the same update returns the first one's row.
    """
    if update_pk is not None and (known := _row_of(update_pk)):
        return known
    call = _call(content)
    bot = default_bot() if bot_id is None else bot_id
    checks.positive(bot, what="bot's id")
    row = Broadcast.objects.create(
        bot_id=bot,
        method=call.method,
        payload=call.payload,
        about=storable(about)[:ABOUT_LENGTH],
        update_pk=update_pk,
        created_by=storable(by)[:WHO_LENGTH],
        created_at=timezone.now(),
        total=audience.count(),
    )
    _move("broadcasts.draft", row, f"{by} wrote broadcast {row.pk}.", by=by, method=row.method)
    return row.pk


@transaction.atomic
def start(pk: int, *, by: str, tell_chat: int | None = None) -> bool:
    """Let a draft be sent to everybody who may get it now; False when it runs already.

    `tell_chat` is the private chat that is told of the end.
    """
    row = _locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    _must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be started."), BroadcastState.DRAFT)
    total = _people_now(row)
    if total == 0:
        raise ValidationError(_("There is nobody who could get it."))
    was, row.state, row.started_at, row.total = row.state, BroadcastState.RUNNING, timezone.now(), total
    row.tell_chat = tell_chat
    row.save(update_fields=["state", "started_at", "total", "tell_chat"])
    text = f"{by} started broadcast {pk} to {_people(total)}."
    _move("broadcasts.start", row, text, by=by, was=was, level=Level.WARNING, people=total)
    return True


@transaction.atomic
def pause(pk: int, *, by: str) -> bool:
    """Hold back what waits; False when it is paused already. What is being sent at this moment is not stopped."""
    row = _locked(pk)
    if row.state == BroadcastState.PAUSED:
        return False
    _must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be paused."), BroadcastState.RUNNING)
    deliveries.hold(row)
    was, row.state, row.rate, row.rated_at = row.state, BroadcastState.PAUSED, None, None
    row.save(update_fields=["state", "rate", "rated_at"])
    _move("broadcasts.pause", row, f"{by} paused broadcast {pk}.", by=by, was=was, level=Level.WARNING)
    return True


@transaction.atomic
def resume(pk: int, *, by: str) -> bool:
    """Let a paused broadcast go on where it was; False when it runs already."""
    row = _locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    _must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be resumed."), BroadcastState.PAUSED)
    deliveries.release(row)
    was, row.state = row.state, BroadcastState.RUNNING
    row.save(update_fields=["state"])
    _move("broadcasts.resume", row, f"{by} resumed broadcast {pk}.", by=by, was=was)
    return True


@transaction.atomic
def cancel(pk: int, *, by: str) -> bool:
    """End a broadcast: what waits is cancelled, what was sent stays. False when it was cancelled already."""
    row = _locked(pk)
    if row.state == BroadcastState.CANCELLED:
        return False
    _must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be cancelled."), *FREE)
    deliveries.drop(row)
    was, row.state, row.finished_at = row.state, BroadcastState.CANCELLED, timezone.now()
    row.rate, row.rated_at = None, None
    row.save(update_fields=["state", "finished_at", "rate", "rated_at"])
    _move("broadcasts.cancel", row, f"{by} cancelled broadcast {pk}.", by=by, was=was, level=Level.WARNING)
    return True


def _call(content: Text | Copy) -> Call:
    """Return the one call that says it: pieces of a long text could be torn apart by a pause."""
    if isinstance(content, Copy):
        origin(content.from_chat_id)
    calls = calls_of(content)
    if len(calls) > 1 or calls[0].method == "sendDocument":
        words = _("A broadcast is one message: its text has at most %(count)s characters.")
        raise ValidationError(words % {"count": LONGEST})
    return calls[0]


def _locked(pk: int) -> Broadcast:
    row = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise ValidationError(_("There is no broadcast %(pk)s.") % {"pk": pk})
    return row


def _row_of(update_pk: int) -> int | None:
    return Broadcast.objects.filter(update_pk=update_pk).values_list("pk", flat=True).first()


def _must_be(row: Broadcast, words: str, *states: BroadcastState) -> None:
    if row.state not in states:
        raise ValidationError(words % {"pk": row.pk, "state": row.get_state_display()})


def _people_now(row: Broadcast) -> int | None:
    """Return how many people will get it: as it was counted for the draft, unless that is long ago or was nobody."""
    is_fresh = row.total != 0 and timezone.now() - row.created_at < COUNT_HOLDS
    return row.total if is_fresh else audience.count()


def _people(total: int | None) -> str:
    if total is None:
        return f"more than {audience.COUNTED:,} people"
    return "1 person" if total == 1 else f"{total:,} people"


def _move(
    action: str, row: Broadcast, text: str, *, by: str, was: str = "", level: Level = Level.INFO, **facts: Any
) -> None:
    """Write the event and the audit's entry."""
    record_event(KIND, text, level=level, bot_id=row.bot_id)
    before = {"state": str(was)} if was else None
    record(action, f"broadcast:{row.pk}", before=before, after={"state": str(row.state), **facts}, by=by)
