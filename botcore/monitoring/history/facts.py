"""What only the database knows: how much waits, how many people there are. Sampled by the rollup, once a minute."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from botcore.errors import selectors as errors
from botcore.inbox import selectors as inbox
from botcore.models import OutgoingState, ProcessSample, Step, User
from botcore.monitoring.history.periods import start
from botcore.monitoring.history.samples import sample, store_samples
from botcore.monitoring.history.values import of_gauge
from botcore.outbox import selectors as outbox

DATABASE = "database"  # in the place of a process' name; those have a colon
KEYS = uuid.UUID("6f1f8f2e-3f0c-4d52-9c3e-0d6c5b0f7a11")  # ours; makes the key of a minute's sample
DAY = timedelta(hours=24)
WAITING = (OutgoingState.QUEUED, OutgoingState.SENDING)


def sample_database(now: datetime) -> None:
    """Keep the database's own series as a sample of the minute that ended last, unless it has one."""
    minute = start(now, Step.MINUTE) - timedelta(minutes=1)
    key = uuid.uuid5(KEYS, minute.isoformat())
    if not ProcessSample.objects.filter(key=key).exists():
        gauges = {name: of_gauge(value) for name, value in _facts(now).items()}
        store_samples([{**sample(DATABASE, minute, {}, gauges, {}), "key": key.hex}])


def _facts(now: datetime) -> dict[str, float]:
    due, waiting = outbox.oldest_due(), outbox.counts()
    return {
        "inbox_pending": inbox.pending_count(),
        "inbox_oldest": inbox.oldest_pending_age(),
        "outbox_waiting": sum(waiting[state] for state in WAITING),
        "outbox_oldest": max(0.0, (timezone.now() - due).total_seconds()) if due else 0.0,
        "error_groups_open": errors.tab_counts()["open"],
        "people": User.objects.count(),
        "people_active": User.objects.filter(last_seen__gte=now - DAY).count(),
    }
