"""The web's /metrics: the inbox, every live bot, and a scrape that survives."""

from datetime import timedelta
from unittest import mock

from django.db import OperationalError
from django.test import TestCase
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from botcore.inbox import store
from botcore.inbox.models import Update
from botcore.monitoring.exposition import DatabaseCollector
from botcore.monitoring.models import Heartbeat
from botcore.monitoring.services import Beat, beat
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.services import send
from tests.database.outboxes import add_chat
from tests.database.test_inbox_store import BOT, message

COUNTER = """# HELP botdeck_polls_total Polls.
# TYPE botdeck_polls_total counter
botdeck_polls_total{{outcome="ok"}} {}
"""


def page() -> str:
    """Return a fresh scrape."""
    registry = CollectorRegistry()
    registry.register(DatabaseCollector())
    return generate_latest(registry).decode()


def report(process: str, polls: int) -> None:
    """Let a bot report its counters."""
    beat(Beat(process, "bot", "1", "running", timezone.now(), metrics=COUNTER.format(polls)))


class ExpositionTests(TestCase):
    """What one scrape shows."""

    def test_what_waits_and_for_how_long(self) -> None:
        store.accept(BOT, [message(1, 1), message(2, 2)])
        Update.objects.filter(update_id=1).update(received_at=timezone.now() - timedelta(seconds=90))
        text = page()
        self.assertIn("botdeck_inbox_pending 2.0", text)
        age = float(next(line for line in text.splitlines() if line.startswith("botdeck_inbox_oldest")).split()[1])
        self.assertAlmostEqual(age, 90, delta=30)

    def test_what_the_outbox_has_not_sent(self) -> None:
        add_chat(1)
        for text in ("one", "two"):
            send(chat_id=1, text=text)
        text = page()
        self.assertIn('botdeck_outbox_messages{state="queued"} 2.0', text)
        self.assertIn('botdeck_outbox_messages{state="failed"} 0.0', text)
        OutgoingMessage.objects.update(due_at=timezone.now() - timedelta(hours=1))
        self.assertRegex(page(), r"\nbotdeck_outbox_oldest_due_seconds 36\d\d\.")
        OutgoingMessage.objects.update(state="sent")
        self.assertIn("\nbotdeck_outbox_oldest_due_seconds 0.0\n", page())

    def test_every_live_bot_with_its_name(self) -> None:
        report("one:1", 3)
        report("two:2", 5)
        text = page()
        self.assertIn('botdeck_polls_total{outcome="ok",process="one:1"} 3.0', text)
        self.assertIn('botdeck_polls_total{outcome="ok",process="two:2"} 5.0', text)
        self.assertEqual(text.count("# TYPE botdeck_polls_total counter"), 1)
        self.assertIn("botdeck_bots 2.0", text)
        self.assertTrue(list(text_string_to_metric_families(text)))

    def test_a_dead_bots_counters_are_gone(self) -> None:
        report("one:1", 3)
        Heartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=1))
        text = page()
        self.assertNotIn("botdeck_polls_total", text)
        self.assertIn("botdeck_bots 0.0", text)

    def test_without_the_database_the_scrape_says_so(self) -> None:
        self.assertIn("botdeck_database_up 1.0", page())
        # Only the database's answer is replaced: a server that is away cannot be had inside a test's transaction.
        with (
            mock.patch.object(Heartbeat.objects, "filter", side_effect=OperationalError("gone")),
            self.assertLogs("botcore.monitoring.exposition", "WARNING"),
        ):
            text = page()
        self.assertIn("botdeck_database_up 0.0", text)
        self.assertNotIn("botdeck_inbox_pending", text)
