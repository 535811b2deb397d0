"""What the tests of alerts share: alerts, time that passes, and what became of them."""

from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.alerts.decisions import decide_waiting
from botcore.alerts.models import Alert, AlertDelivery, Reason
from botcore.errors.models import ErrorGroup
from tests.database.errors import error
from tests.database.outboxes import add_chat

MINUTE = timedelta(minutes=1)
WEBHOOK = {"ALERT_WEBHOOK_URL": "https://hook.example/secret-path", "TELEGRAM_ADMIN_IDS": []}


def alert(group: ErrorGroup | None = None, reason: Reason = Reason.NEW, **facts: Any) -> Alert:
    """Note a reason to tell of an error, of a new one without a group."""
    group = group or error()
    return Alert.objects.create(group=group, reason=reason, **{"title": group.title, "at": timezone.now(), **facts})


def states() -> list[str]:
    """Return the states of all alerts, oldest first."""
    return list(Alert.objects.order_by("pk").values_list("state", flat=True))


class AlertCase(TestCase):
    """Alice, an owner, in a private chat."""

    def setUp(self) -> None:
        """Meet Alice."""
        add_chat(1)

    def decide(self, *, after: timedelta = timedelta()) -> int:
        """Let so much time pass, then decide."""
        if after:
            for row in Alert.objects.exclude(decided_at=None):
                Alert.objects.filter(pk=row.pk).update(decided_at=row.decided_at - after)  # type: ignore[operator]
            for group in ErrorGroup.objects.exclude(alerted_at=None):
                ErrorGroup.objects.filter(pk=group.pk).update(alerted_at=group.alerted_at - after)  # type: ignore[operator]
        with self.captureOnCommitCallbacks(execute=True):
            return decide_waiting()

    def deliveries(self) -> list[tuple[str, str, str]]:
        """Return channel, target and state of all deliveries, oldest first."""
        return list(AlertDelivery.objects.order_by("pk").values_list("channel", "target", "state"))
