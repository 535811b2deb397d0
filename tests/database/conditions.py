"""What the tests of conditions share: rows that are bad, looks while time passes, and what was raised."""

from datetime import timedelta

from django.utils import timezone

from botcore.alerts.conditions.policy import CALM
from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.conditions.watch import look_at_conditions
from botcore.alerts.models import Alert, Condition
from botcore.models import Job
from tests.database.alerts import AlertCase
from tests.database.test_health import job

LOOK = timedelta(seconds=20)
HOUR = timedelta(hours=1)


def failing_job(name: str = "cleanup", failures: int = 3) -> Job:
    """Add a job whose runs fail."""
    job(name, failures=failures)
    return Job.objects.get(name=name)


def firing(name: str = "job_stale", **facts: object) -> Condition:
    """Add a condition that fires since ten minutes, told once."""
    now, since = timezone.now(), timezone.now() - timedelta(minutes=10)
    times = {"seen_since": since, "seen_at": now, "fired_at": since, "told_at": since, "looked_at": now}
    return Condition.objects.create(name=name, **{"words": "cleanup failed.", **times, **facts})


class ConditionCase(AlertCase):
    """Alice, an owner; and a keeper that looks while time passes."""

    def setUp(self) -> None:
        super().setUp()
        job("sampling")
        self.now = timezone.now()

    def look(self, lasting: timedelta = LOOK) -> None:
        """Look every 20 seconds until so much time has passed."""
        for _ in range(lasting // LOOK):
            self.now += LOOK
            look_at_conditions(self.now)

    def let_it_fire(self, name: str) -> Condition:
        """Look for as long as the condition must last."""
        self.look(BY_NAME[name].lasts + LOOK)
        row = self.row(name)
        self.assertIsNotNone(row.fired_at, f"{name} does not fire: {row.words!r}")
        return row

    def let_it_end(self, name: str) -> None:
        """Look for as long as the condition must be gone."""
        self.look(CALM + LOOK)
        self.assertIsNone(self.row(name).fired_at)

    def row(self, name: str) -> Condition:
        """Return a condition's row."""
        return Condition.objects.get(name=name)

    def raised(self) -> list[tuple[str, str]]:
        """Return condition and reason of all alerts, oldest first."""
        return list(Alert.objects.order_by("pk").values_list("condition", "reason"))
