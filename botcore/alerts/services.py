"""Writes of alerts: each notes a reason to tell somebody; the keeper decides what becomes of it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from botcore.alerts.models import Alert, Reason
from botcore.audit.services import record


def raise_alert(*, group_id: int, reason: Reason, title: str, at: datetime, text: str = "") -> None:
    """Note it, in the caller's transaction."""
    Alert.objects.create(group_id=group_id, reason=reason, title=title[:300], text=text, at=at)


def raise_condition(*, condition: str, reason: Reason, title: str, text: str, avoids: str, at: datetime) -> None:
    """Note that a condition fires, still does, or is over; in the caller's transaction."""
    Alert.objects.create(condition=condition, reason=reason, title=title, text=text, avoids=avoids, at=at)


@transaction.atomic
def raise_test(*, by: str) -> None:
    """Let every channel that is set up say that it works."""
    text = f"{by[:150]} asked for it. Nothing is wrong."
    Alert.objects.create(reason=Reason.TEST, title="This is a test of the alerts", text=text, at=timezone.now())
    record("alerts.test", "alerts:channels", by=by)
