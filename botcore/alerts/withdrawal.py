"""Withdraws what waits of a condition: nobody is told later of what somebody took on or silenced, or what is over."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from botcore import metrics
from botcore.alerts.models import UNDER_WAY, WITHDRAWN, Alert, AlertDelivery, AlertState, DeliveryState
from botcore.alerts.policy import Why
from botcore.outbox import services as outbox
from botcore.outbox.models import OutgoingMessage, OutgoingState


@transaction.atomic
def withdraw(condition: str, why: str) -> None:
    """Let nothing go out any more that waits of it, in the caller's transaction, which has changed or locked its row.

    The alerts go first: who decides about one at this moment has it locked, and its deliveries are found afterwards.
    """
    words = f"{WITHDRAWN}{why}"
    waiting = Alert.objects.filter(condition=condition, state__in=[AlertState.PENDING, AlertState.HELD])
    _suppress(waiting.select_for_update().order_by("pk"), words)
    for digest in Alert.objects.filter(digested__condition=condition, deliveries__state__in=UNDER_WAY).distinct():
        _take_back(digest, condition, words)
    found = AlertDelivery.objects.filter(alert__condition=condition, state__in=UNDER_WAY)
    _end([row for row in found.select_for_update(of=("self",)).order_by("pk") if _is_stopped(row, words)], words)


def _take_back(digest: Alert, condition: str, words: str) -> None:
    """End a digest that reached nobody: what else is in it is held, so that another digest tells of it."""
    ways = list(digest.deliveries.select_for_update(of=("self",)).order_by("pk"))
    messages = [row.outgoing for row in ways if row.outgoing]
    queued = OutgoingMessage.objects.filter(pk__in=messages, state=OutgoingState.QUEUED)
    is_whole = len(queued.select_for_update(skip_locked=True)) == len(messages)
    if not is_whole or any(row.state not in UNDER_WAY for row in ways):
        return
    for row in ways:
        _is_stopped(row, words)
    _end(ways, words)
    _suppress([digest, *digest.digested.filter(condition=condition)], words)
    digest.digested.exclude(condition=condition).update(state=AlertState.HELD, digest=None)


def _suppress(alerts: Iterable[Alert], words: str) -> None:
    for alert in alerts:
        alert.state, alert.decided_at, alert.digest = AlertState.SUPPRESSED, timezone.now(), None
        alert.text = "; ".join(filter(None, (alert.text, words)))
        alert.save(update_fields=["state", "decided_at", "digest", "text"])
        metrics.ALERTS_SUPPRESSED.labels(Why.CLOSED).inc()


def _is_stopped(row: AlertDelivery, words: str) -> bool:
    """Cancel its message in the outbox; what is being sent at this moment goes its way."""
    if row.state != DeliveryState.HANDED or row.outgoing is None:
        return True
    return outbox.cancel(row.outgoing, reason=words)


def _end(ways: Iterable[AlertDelivery], words: str) -> None:
    facts = {"state": DeliveryState.FAILED, "error": words[:500], "finished_at": timezone.now()}
    AlertDelivery.objects.filter(pk__in=[row.pk for row in ways]).update(**facts)
