"""Everything is wrong at once: rows for pages that say so, above all for the overview."""

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Account
from django.utils import timezone

from botcore.alerts.conditions.rules import RULES
from botcore.models import (
    Alert,
    AlertChannel,
    Condition,
    Heartbeat,
    Job,
    Level,
    OutgoingState,
    RuntimeSetting,
    State,
    Webhook,
)
from botcore.outbox.models import Priority
from tests.database.dashboard.data import event, heartbeat, message, outgoing, person, update, webhook
from tests.database.errors import error

VITALS = {
    "worker_age": 120.0, "poll_age": 300.0, "queue": 950, "queue_capacity": 1000, "disk_free": 2**28,
    "disk_total": 2**40, "clock_skew": 90.0,
}  # fmt: skip
LINK = "No call to Telegram has succeeded since the start UTC, the last one getMe: TimedOut."


def burn(account: Account | None = None) -> None:
    """Write them; for tests with one_of_each(). New errors are the account's."""
    now = timezone.now()
    Heartbeat.objects.all().delete()
    Webhook.objects.all().delete()
    trouble(process="bot-1:1", connection="down", circuit="open", connection_words=LINK, spooled=60_000)
    trouble(process="bot-2:2", intake="webhook", connection="degraded", circuit="half-open",
            trouble="Nobody else polls this token any more.")  # fmt: skip
    heartbeat("bot-3:3", seconds_ago=100)
    heartbeat("bot-4:4", state="died")
    webhook(waiting=2000, last_error="TimedOut", last_error_at=now - timedelta(minutes=1))
    fired = {"seen_since": now, "seen_at": now, "fired_at": now, "told_at": now, "looked_at": now}
    for rule in RULES:
        Condition.objects.update_or_create(name=rule.name, defaults={"words": "No update waits.", **fired})
        Alert.objects.create(
            condition=rule.name, reason="condition", title=rule.title, text="Telegram answers.", at=now
        )
    for name in ("telegram", "email", "webhook"):
        AlertChannel.objects.update_or_create(name=name, defaults={"failing_since": now, "last_error": "TimedOut"})
    late = {"schedule": "every minute", "next_at": now - timedelta(hours=1)}
    Job.objects.create(name="late", **late)
    Job.objects.create(name="failed", failures=3, **late)
    Job.objects.create(name="paused", is_paused=True, paused_by="Alice", **late)
    for name, value in (("maintenance", "true"), ("access.people", '"listed"'), ("access.groups", '"nowhere"'),
                        ("alerts_maintenance", "true")):  # fmt: skip
        until = now + timedelta(hours=1)
        RuntimeSetting.objects.create(name=name, value=value, by="Alice", at=now, until=until)
    for number in range(3):
        update(State.PENDING, received_at=now - timedelta(hours=1))
        update(State.DEAD, error="TimedOut", user_id=1)
        outgoing(OutgoingState.QUEUED, created_at=now - timedelta(hours=1), priority=Priority.REPLY)
        outgoing(OutgoingState.FAILED, error="TimedOut")
        event("Telegram answers again.", (Level.WARNING, Level.ERROR)[number % 2])
        error(f"E{number}", assignee=account)
        message(person(500 + number, "Bob"), "?")


def trouble(**facts: Any) -> Heartbeat:
    """Create a process that lives and is not well."""
    return heartbeat(**{"vitals": json.dumps(VITALS), **facts})
