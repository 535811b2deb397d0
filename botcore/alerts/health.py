"""The health of the channels: red from the first failure on, until a message arrives. Nobody is alerted of it."""

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from botcore import metrics
from botcore.alerts.models import WITHDRAWN, AlertChannel, AlertDelivery, DeliveryState
from botcore.alerts.told import safe

LONGEST = 500  # characters of an error


def note_failure(channel: str, error: str) -> None:
    """Let the channel be red."""
    metrics.ALERTS.labels(channel, "failed").inc()
    show_trouble(channel, error, more=1)


def show_trouble(channel: str, error: str, *, more: int = 0) -> None:
    """Let the channel be red, by so many failures more."""
    row, _ = AlertChannel.objects.get_or_create(name=channel)
    AlertChannel.objects.filter(pk=row.pk).update(
        failing_since=Coalesce(F("failing_since"), timezone.now()),
        failures=F("failures") + more,
        last_error=safe(error, LONGEST),
    )


def note_success(delivery: AlertDelivery) -> None:
    """Let the channel be green, unless the same alert or a newer one did not reach somebody else."""
    metrics.ALERTS.labels(delivery.channel, "sent").inc()
    row, _ = AlertChannel.objects.get_or_create(name=delivery.channel)
    failed = AlertDelivery.objects.filter(
        channel=delivery.channel, state=DeliveryState.FAILED, alert_id__gte=delivery.alert_id
    ).exclude(error__startswith=WITHDRAWN)
    good = {} if failed.exists() else {"failing_since": None, "failures": 0, "last_error": ""}
    AlertChannel.objects.filter(pk=row.pk).update(last_sent_at=timezone.now(), **good)
