"""Rows that are old, and retention as the job does it, for tests."""

from datetime import datetime, timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.models import OutgoingMessage, OutgoingState, State, Update
from botcore.retention import services, sweeps
from botcore.retention.kinds import KINDS
from botcore.runtime.jobs.run import Run
from tests.database.dashboard.data import outgoing, update

DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    """Return a time in the past."""
    return timezone.now() - days * DAY


def sweep(*names: str) -> str:
    """Let old rows of these kinds go, as the job does."""
    return services.let_go([KINDS[name] for name in names or KINDS], Run("retention"))


def keys(model: Any) -> list[int]:
    """Return the keys of a table's rows."""
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def old_update(state: State, days: float, **facts: Any) -> Update:
    """Create an update that came and ended so long ago."""
    row = update(state, **facts)
    Update.objects.filter(pk=row.pk).update(received_at=ago(days), finished_at=ago(days))
    return row


def old_message(state: OutgoingState, days: float, **facts: Any) -> OutgoingMessage:
    """Create a message that was made and ended so long ago."""
    row = outgoing(state, **facts)
    OutgoingMessage.objects.filter(pk=row.pk).update(created_at=ago(days), finished_at=ago(days))
    return row


class SmallBatches(TestCase):
    """Batches of two rows, so that a few are many."""

    def setUp(self) -> None:
        """Set their size."""
        self.addCleanup(setattr, sweeps, "BATCH", sweeps.BATCH)
        sweeps.BATCH = 2
