"""What operators decide about broadcasts: start or schedule, pause, resume, cancel. drafts.py has what comes before.

Nothing is sent here: feeding.py queues deliveries while a broadcast is running. Each is an event and in the audit; a
second press returns False.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import canary, deliveries, hours, media, pay, recall, trial, waits
from botcore.broadcasts.launch import in_words, launch, people_now
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.broadcasts.moves import locked, must_be, note
from botcore.exceptions import ValidationError
from botcore.monitoring.models import Level

BEFORE = (BroadcastState.DRAFT, BroadcastState.SCHEDULED)  # that can be started
FREE = (*BEFORE, BroadcastState.RUNNING, BroadcastState.PAUSED)  # that can be cancelled
FARTHEST = timedelta(days=366)


@transaction.atomic
def start(pk: int, *, by: str, tell_chat: int | None = None, stars: int | None = None) -> bool:
    """Let a draft, or what is scheduled, be sent to everybody who may get it now; False when it runs already.

    `tell_chat` is the private chat that is told of the end. `stars` are agreed to at most for one that is paid for.
    """
    row = locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be started."), *BEFORE)
    _check(row, stars)
    was, row.tell_chat = row.state, tell_chat
    launch(row)
    text = f"{by} started broadcast {pk} to {in_words(row.total)}."
    note("broadcasts.start", row, text, by=by, was=was, level=Level.WARNING, people=row.total, **_paid(row))
    return True


@transaction.atomic
def schedule(pk: int, *, by: str, at: datetime, tell_chat: int | None = None, stars: int | None = None) -> bool:
    """Let a draft begin by itself at a time, or what is scheduled at another one; False when that is so already."""
    row, now = locked(pk), timezone.now()
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be scheduled."), *BEFORE)
    if at <= now:
        raise ValidationError(_("That time is over: choose one that is still to come."))
    if at - now > FARTHEST:
        raise ValidationError(_("That time is more than a year ahead: choose one that is sooner."))
    if row.state == BroadcastState.SCHEDULED and row.scheduled_at == at:
        return False
    _check(row, stars)
    was, row.state, row.scheduled_at, row.tell_chat = row.state, BroadcastState.SCHEDULED, at, tell_chat
    row.save(update_fields=["state", "scheduled_at", "tell_chat", "total", "stars"])
    text = f"{by} scheduled broadcast {pk} for {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    note("broadcasts.schedule", row, text, by=by, was=was, at=at.isoformat(), **_paid(row))
    return True


@transaction.atomic
def unschedule(pk: int, *, by: str) -> bool:
    """Make what is scheduled a draft again; False when it is one already."""
    row = locked(pk)
    if row.state == BroadcastState.DRAFT:
        return False
    must_be(row, _("Broadcast %(pk)s is %(state)s: it has no time any more."), BroadcastState.SCHEDULED)
    was, row.state, row.scheduled_at = row.state, BroadcastState.DRAFT, None
    row.save(update_fields=["state", "scheduled_at"])
    note("broadcasts.unschedule", row, f"{by} made broadcast {pk} a draft again.", by=by, was=was)
    return True


@transaction.atomic
def pause(pk: int, *, by: str) -> bool:
    """Hold back what waits; False when it is paused already. What is being sent at this moment is not stopped."""
    row = locked(pk)
    if row.state == BroadcastState.PAUSED:
        return False
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be paused."), BroadcastState.RUNNING)
    deliveries.hold(row)
    was, row.state, row.rate, row.rated_at = row.state, BroadcastState.PAUSED, None, None
    row.save(update_fields=["state", "rate", "rated_at"])
    note("broadcasts.pause", row, f"{by} paused broadcast {pk}.", by=by, was=was, level=Level.WARNING)
    return True


@transaction.atomic
def resume(pk: int, *, by: str) -> bool:
    """Let a paused broadcast go on where it was; False when it runs already."""
    row = locked(pk)
    if row.state == BroadcastState.RUNNING:
        return False
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be resumed."), BroadcastState.PAUSED)
    if trial.is_due(row):
        trial.check(row)
        media.settle(row)
        deliveries.reword(row)
    row.deliveries.filter(is_held=True).update(held_until=None)  # so that all of it is looked at
    waits.go_on(row, hours.clock_of(row), timezone.now())
    was, row.state = row.state, BroadcastState.RUNNING
    if row.why == pay.too_many(row):  # who lets it go on has agreed to the price
        row.stars = None
    if row.why and canary.has_ended(row):  # and here has decided about those who got it first
        row.canary = 0
    row.why = ""
    row.save(update_fields=["state", "why", "canary", "stars"])
    note("broadcasts.resume", row, f"{by} resumed broadcast {pk}.", by=by, was=was)
    return True


@transaction.atomic
def cancel(pk: int, *, by: str) -> bool:
    """End a broadcast: what waits is cancelled, what was sent stays. False when it was cancelled already."""
    row = locked(pk)
    if row.state == BroadcastState.CANCELLED:
        return False
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be cancelled."), *FREE)
    deliveries.drop(row)
    media.let_go(row)
    was, row.state, row.finished_at = row.state, BroadcastState.CANCELLED, timezone.now()
    row.rate, row.rated_at = None, None
    row.save(update_fields=["state", "finished_at", "rate", "rated_at", "deferred"])
    note("broadcasts.cancel", row, f"{by} cancelled broadcast {pk}.", by=by, was=was, level=Level.WARNING)
    return True


def _check(row: Broadcast, stars: int | None) -> None:
    """Refuse one that was not tested, one that nobody would get, and one whose price nobody agreed to; count them."""
    trial.check(row)
    media.settle(row)
    recall.check_start(row)
    row.total = people_now(row)
    if row.total == 0:
        raise ValidationError(_("There is nobody who could get it."))
    pay.agree(row, stars)


def _paid(row: Broadcast) -> dict[str, Any]:
    return {"stars": row.stars} if row.stars is not None else {}
