"""The web's /metrics: what waits, every live bot, and a scrape that survives."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import skipUnless
from unittest.mock import patch

from django.db import OperationalError, connection, connections
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from botcore import metrics
from botcore.alerts.models import Condition
from botcore.errors.models import ErrorGroup
from botcore.inbox import selectors as inbox
from botcore.inbox import store
from botcore.inbox.models import Update
from botcore.monitoring import exposition as exposition_module
from botcore.monitoring.exposition import DatabasePages, exposition
from botcore.monitoring.models import Heartbeat
from botcore.monitoring.services import Beat, beat
from botcore.outbox import selectors as outbox
from botcore.outbox.models import OutgoingMessage, Priority
from botcore.outbox.services import send
from botcore.people.models import Chat, User
from botcore.runtime.models import Job
from tests.database.outboxes import add_chat
from tests.database.test_inbox_store import BOT, message
from tests.processes import PATIENCE, eventually

COUNTER = """# HELP botdeck_polls_total Polls.
# TYPE botdeck_polls_total counter
botdeck_polls_total{{outcome="ok"}} {}
"""


def page() -> str:
    """Return what the database tells, read now."""
    bots, facts = DatabasePages().look()
    return bots.text() + facts


def report(process: str, polls: int) -> None:
    """Let a bot report its counters."""
    beat(Beat(process, "bot", "1", "running", timezone.now(), metrics=COUNTER.format(polls)))


def no_database(execute: Callable[..., Any], *args: Any) -> Any:
    """Be a database that went away."""
    raise OperationalError("gone")


class ExpositionTests(TestCase):
    """What one scrape shows."""

    def assert_says(self, *lines: str) -> None:
        """Fail unless a fresh page has these lines."""
        said = page().splitlines()
        self.assertEqual([line for line in lines if line not in said], [])

    def test_what_waits_and_for_how_long(self) -> None:
        store.accept(BOT, [message(1, 1), message(2, 2), message(3, 3)])
        Update.objects.filter(update_id=1).update(received_at=timezone.now() - timedelta(seconds=90))
        Update.objects.filter(update_id=3).update(state="dead")
        self.assert_says(
            "botdeck_inbox_pending 2.0",
            'botdeck_inbox_updates{state="pending"} 2.0',
            'botdeck_inbox_updates{state="dead"} 1.0',
            'botdeck_inbox_updates{state="quarantined"} 0.0',
        )
        age = float(next(line for line in page().splitlines() if line.startswith("botdeck_inbox_oldest")).split()[1])
        self.assertAlmostEqual(age, 90, delta=30)

    def test_what_the_outbox_has_not_sent(self) -> None:
        add_chat(1)
        for text in ("one", "two"):
            send(chat_id=1, text=text, priority=Priority.REPLY)
        send(chat_id=1, text="to all", priority=Priority.BROADCAST)
        self.assert_says(
            'botdeck_outbox_messages{state="queued"} 3.0',
            'botdeck_outbox_messages{state="failed"} 0.0',
            'botdeck_outbox_waiting{priority="broadcast",state="queued"} 1.0',
            'botdeck_outbox_waiting{priority="broadcast",state="sending"} 0.0',
            'botdeck_outbox_waiting{priority="reply",state="queued"} 2.0',
        )
        OutgoingMessage.objects.update(due_at=timezone.now() - timedelta(hours=1))
        self.assertRegex(page(), r"\nbotdeck_outbox_oldest_due_seconds 36\d\d\.")
        OutgoingMessage.objects.update(state="sent")
        self.assert_says("botdeck_outbox_oldest_due_seconds 0.0")

    def test_people_chats_errors_conditions_and_jobs(self) -> None:
        now = timezone.now()
        for number, days in enumerate((0, 3, 90), start=1):
            seen = now - timedelta(days=days, minutes=5)
            User.objects.create(id=number, first_name="Alice", first_seen=seen, last_seen=seen)
        Chat.objects.create(id=1, type="private", reach="blocked", first_seen=now, last_seen=now)
        facts = {"title": "E", "source": "handler", "level": "error", "state_at": now}
        ErrorGroup.objects.create(state="muted", first_seen=now, last_seen=now, **facts)
        Condition.objects.create(name="disk_low", fired_at=now)
        Job.objects.create(name="sweep", schedule="every 60 s", next_at=now, last_success_at=now)
        Job.objects.create(name="new", schedule="every 60 s", next_at=now)
        Job.objects.create(name="no longer declared", schedule="every 60 s")
        self.assert_says(
            'botdeck_active_people{within="1h"} 1.0',
            'botdeck_active_people{within="7d"} 2.0',
            'botdeck_active_people{within="30d"} 2.0',
            'botdeck_active_chats{within="1d"} 1.0',
            'botdeck_chats{reach="blocked",type="private"} 1.0',
            'botdeck_chats{reach="open",type="channel"} 0.0',
            'botdeck_error_groups{state="muted"} 1.0',
            'botdeck_error_groups{state="new"} 0.0',
            'botdeck_condition_firing{condition="disk_low"} 1.0',
            'botdeck_condition_firing{condition="backlog_old"} 0.0',
            'botdeck_job_last_success_timestamp_seconds{name="new"} 0.0',
        )
        self.assertIn('_seconds{name="sweep"} 1', page())
        self.assertNotIn("no longer declared", page())

    def test_every_table_has_its_rows_and_the_database_its_size(self) -> None:
        said = page()
        for model in (Update, Chat, Heartbeat):
            self.assertIn(f'botdeck_table_rows{{table="{model._meta.db_table}"}} ', said)
        self.assertRegex(said, r"\nbotdeck_database_bytes [1-9]")

    def test_every_live_bot_with_its_name(self) -> None:
        report("one:1", 3)
        report("two:2", 5)
        text = page()
        self.assertIn('botdeck_polls_total{process="one:1",outcome="ok"} 3', text)
        self.assertIn('botdeck_polls_total{process="two:2",outcome="ok"} 5', text)
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
        self.assert_says("botdeck_database_up 1.0")
        pages = DatabasePages()
        with (
            connection.execute_wrapper(no_database),
            self.assertLogs("botcore.monitoring.exposition", "WARNING"),
        ):
            bots, facts = pages.look()
        self.assertEqual((bots.text(), facts.splitlines()[2:]), ("", ["botdeck_database_up 0.0"]))

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL chooses by the table's size")
    def test_counts_by_state_use_the_partial_indexes(self) -> None:
        for count, index in (
            (inbox.counts, "update_open_by_state"),
            (outbox.counts, "outgoing_open_by_state"),
            (outbox.waiting, "outgoing_open_by_state"),
        ):
            with self.subTest(index), CaptureQueriesContext(connection) as asked:
                count()
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
                plan = " ".join(str(row[3]) for row in cursor.fetchall())
            self.assertIn(index, plan)
            self.assertNotIn("SCAN botcore", plan)

    def test_the_database_is_asked_every_ten_seconds_at_most(self) -> None:
        pages = DatabasePages()
        pages.look()
        with self.assertNumQueries(0):
            pages.look()

    def test_what_is_slow_is_read_for_the_next_scrape_and_holds_up_none(self) -> None:
        release, asked = threading.Event(), threading.Semaphore(0)
        self.addCleanup(release.set)
        numbers = iter((7, 8, 8, 8))

        def slow() -> Iterator[GaugeMetricFamily]:
            number = next(numbers)
            if number == 8:
                asked.release()
                release.wait(PATIENCE)
            yield metrics.DATABASE_BYTES.of(number)

        first, second = "botdeck_database_bytes 7.0", "botdeck_database_bytes 8.0"
        with patch.multiple(exposition_module, QUICK=[], SLOW=[slow], QUICK_SECONDS=0):
            pages = DatabasePages()
            self.assertIn(first, pages.look()[1])
            with patch.object(exposition_module, "SLOW_SECONDS", 0):
                self.assertIn(first, pages.look()[1])
            self.assertTrue(asked.acquire(timeout=PATIENCE))
            self.assertIn(first, pages.look()[1])
            release.set()
            eventually(lambda: second in pages.look()[1], what="the next scrapes have it")

    def test_what_is_slow_and_could_not_be_read_is_asked_for_again_by_the_next_scrape(self) -> None:
        answers = iter((OperationalError("the connection is lost"), None))

        def slow() -> Iterator[GaugeMetricFamily]:
            if error := next(answers):
                raise error
            yield metrics.DATABASE_BYTES.of(7)

        with patch.multiple(exposition_module, QUICK=[], SLOW=[slow], QUICK_SECONDS=0):
            pages = DatabasePages()
            with self.assertLogs("botcore.monitoring.exposition", "WARNING"):
                self.assertNotIn("botdeck_database_bytes", pages.look()[1])
            self.assertIn("botdeck_database_bytes 7.0", pages.look()[1])

    def test_what_web_and_bots_count_both_is_one_family_and_the_bots_own_is_not_the_webs(self) -> None:
        text = "# HELP botdeck_errors_total E.\n# TYPE botdeck_errors_total counter\nbotdeck_errors_total 4.0\n"
        beat(Beat("one:1", "bot", "1", "running", timezone.now(), metrics=text))
        metrics.UPDATES_PROCESSED.labels("message", "done").inc()
        said = exposition().decode()
        self.assertEqual(said.count("# TYPE botdeck_errors_total counter"), 1)
        self.assertIn('botdeck_errors_total{process="web",severity="error",source="web"} ', said)
        self.assertNotIn("botdeck_updates_processed_total", said)


class MigrationTests(TransactionTestCase):
    """A scrape while a migration is at work."""

    def test_a_table_that_is_not_there_yet_takes_its_part_alone(self) -> None:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Condition, "botcore_condition", "botcore_condition_away")
        self.addCleanup(self.bring_back)
        with self.assertLogs("botcore.monitoring.exposition", "WARNING") as logs:
            said = page()
        self.assertIn("metrics without a part, troubles", logs.output[0])
        self.assertIn("\nbotdeck_database_up 1.0\n", said)
        self.assertIn("\nbotdeck_inbox_pending 0.0\n", said)
        self.assertNotIn("botdeck_condition_firing", said)

    @staticmethod
    def bring_back() -> None:
        """Put the table back."""
        with connection.schema_editor() as editor:
            editor.alter_db_table(Condition, "botcore_condition_away", "botcore_condition")

    @skipUnless(connection.vendor == "postgresql", "SQLite reads beside its one writer")
    def test_a_table_that_is_locked_does_not_hold_up_the_scrape(self) -> None:
        other = connections.create_connection("default")
        self.addCleanup(other.close)
        other.set_autocommit(autocommit=False)
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE botcore_condition IN ACCESS EXCLUSIVE MODE")
        with self.assertLogs("botcore.monitoring.exposition", "WARNING"):
            said = page()
        self.assertIn("\nbotdeck_database_up 1.0\n", said)
        self.assertIn("\nbotdeck_inbox_pending 0.0\n", said)
        self.assertNotIn("botdeck_condition_firing", said)
        other.rollback()
