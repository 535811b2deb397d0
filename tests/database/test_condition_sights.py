"""Each condition is seen in the rows that are bad, fires after its time, and ends when they are well again."""

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.utils import timezone

from botcore import metrics
from botcore.alerts.conditions import sights
from botcore.alerts.conditions.rules import RULES
from botcore.alerts.conditions.sights import OWN, Facts, dead_letters, error_spike
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorHour
from botcore.models import Heartbeat, Job, State, Update, Webhook
from botcore.monitoring.health import NAMES
from tests.database.conditions import HOUR, ConditionCase, failing_job
from tests.database.dashboard.data import update, webhook
from tests.database.errors import error, mark
from tests.database.test_health import bot

MINUTE = timedelta(minutes=1)


class CheckTests(ConditionCase):
    """Conditions that are seen by a check of health."""

    def assert_told(self, name: str, words: str, mend: Any) -> None:
        """Let it fire with these words, then mend it: it ends; nothing else was told."""
        self.assertIn(words, self.let_it_fire(name).words)
        mend()
        self.let_it_end(name)
        self.assertEqual(self.raised(), [(name, "condition"), (name, "recovered")])

    def again(self, **facts: Any) -> Any:
        """Return what lets the bot be as it should."""

        def mend() -> None:
            Heartbeat.objects.all().delete()
            bot(**facts)

        return mend

    def test_polling_that_stands_still(self) -> None:
        bot(poll_age=200.0)
        self.assert_told("poller_stalled", "has not answered getUpdates for 3 min", self.again())

    def test_a_webhook_that_telegram_does_not_reach(self) -> None:
        bot(intake="webhook", poll_age=None)
        webhook(last_error="Connection refused", last_error_at=timezone.now())
        mend = lambda: Webhook.objects.update(last_error_at=None, waiting=0)  # noqa: E731
        self.assert_told("webhook_failing", "Connection refused", mend)

    def test_a_circuit_that_is_open(self) -> None:
        bot(circuit="open")
        self.assert_told("breaker_open", "The circuit is open", self.again())

    def test_an_update_that_waits_for_minutes(self) -> None:
        bot()
        update(State.PENDING, received_at=timezone.now() - 10 * MINUTE)
        self.assert_told("backlog_old", "has waited for 10 min", lambda: Update.objects.update(state=State.DONE))

    def test_a_disk_without_room(self) -> None:
        bot(disk_free=2**29)
        self.assert_told("disk_low", "0.5 of 100 GiB are free", self.again())

    def test_records_in_files(self) -> None:
        bot(spooled=3)
        self.assert_told("writer_spilling", "3 records wait for the database", self.again())

    def test_records_in_memory(self) -> None:
        bot(queue=6000)
        self.assert_told("writer_spilling", "6000 of 10000 records wait in memory", self.again())

    def test_a_job_that_fails(self) -> None:
        bot()
        failing_job()
        self.assert_told("job_stale", "cleanup failed: 3 runs in a row", lambda: Job.objects.update(failures=0))

    def test_a_bot_that_is_well_makes_no_alert(self) -> None:
        bot()
        self.look(5 * MINUTE)
        self.assertEqual(self.raised(), [])
        self.assertTrue(all(self.row(rule.name).looked_at == self.now for rule in RULES))

    def test_every_rule_has_a_check_that_there_is_or_a_sight_of_its_own(self) -> None:
        for rule in RULES:
            with self.subTest(rule.name):
                self.assertNotEqual(bool(rule.checks), rule.name in OWN)
                self.assertLessEqual(set(rule.checks), set(NAMES))

    def test_every_rule_is_documented_and_a_metric_from_the_start(self) -> None:
        text = (settings.BASE_DIR / "docs" / "operations" / "alerts.md").read_text()
        self.assertEqual([rule.name for rule in RULES if f"\n| `{rule.name}`" not in text], [])
        self.assertEqual(set(metrics.CONDITIONS), {rule.name for rule in RULES})


class DeadLetterTests(ConditionCase):
    """Updates that were given up."""

    def seen(self, *firing: str) -> str:
        """Say what is seen now."""
        return dead_letters(Facts(timezone.now(), firing=firing))

    def give_up(self, state: State = State.DEAD, *, minutes_ago: int = 5) -> None:
        """Give up an update that came a minute before."""
        at = timezone.now() - minutes_ago * MINUTE
        update(state, received_at=at - MINUTE, finished_at=at)

    def test_three_within_an_hour_are_seen_and_one_goes_on(self) -> None:
        self.give_up()
        self.give_up(State.QUARANTINED)
        self.give_up(minutes_ago=61)
        self.assertEqual(self.seen(), "")
        self.assertEqual(self.seen("dead_letters"), "2 updates within an hour; mend the cause, then replay them.")
        self.give_up()
        self.assertIn("3 updates", self.seen())

    def test_they_fire_and_end_when_they_are_replayed(self) -> None:
        bot()
        for _ in range(3):
            self.give_up()
        self.let_it_fire("dead_letters")
        Update.objects.update(state=State.DONE)
        self.let_it_end("dead_letters")
        self.assertEqual(self.raised(), [("dead_letters", "condition"), ("dead_letters", "recovered")])


class SpikeTests(ConditionCase):
    """Many more errors than before."""

    def setUp(self) -> None:
        super().setUp()
        self.hour = timezone.now().replace(minute=0, second=0, microsecond=0)

    def count(self, *counts: int, **facts: Any) -> None:
        """Let an error occur so often in this hour, the one before, and so on."""
        fingerprint = mark(error(**facts))
        for hours_ago, count in enumerate(counts):
            ErrorHour.objects.create(fingerprint=fingerprint, hour=self.hour - hours_ago * HOUR, count=count)

    def seen(self, at: datetime, *firing: str) -> str:
        """Say what is seen at a time."""
        return error_spike(Facts(at, firing=firing))

    def test_all_errors_count_together_against_the_hour_before(self) -> None:
        self.count(40, 10)
        self.count(40, 5)
        # half past: 80 + 15 / 2 within the sliding hour, 15 / 2 in the one before
        words = "About 88 errors within an hour, 8 in the hour before."
        self.assertEqual(self.seen(self.hour + 30 * MINUTE), words)

    def test_the_new_hour_does_not_end_it(self) -> None:
        self.count(0, 200, 4)
        self.assertIn("About 200 errors", self.seen(self.hour))
        self.assertIn("About 180 errors", self.seen(self.hour + 6 * MINUTE, "error_spike"))
        self.assertEqual(self.seen(self.hour + 45 * MINUTE, "error_spike"), "")

    def test_few_errors_and_many_that_are_usual_are_no_spike(self) -> None:
        self.count(50)
        self.assertEqual(self.seen(self.hour + 59 * MINUTE), "")
        self.count(900, 900, 900)
        self.assertEqual(self.seen(self.hour + 59 * MINUTE), "")

    def test_what_fires_goes_on_at_half_of_it(self) -> None:
        self.count(180, 60, 60)
        half_past = self.hour + 30 * MINUTE
        self.assertEqual(self.seen(half_past), "")
        self.assertIn("About 210 errors within an hour, 60", self.seen(half_past, "error_spike"))

    def test_muted_errors_and_those_of_alerts_do_not_count(self) -> None:
        self.count(500, state=GroupState.MUTED)
        self.count(500, source=Source.ALERT)
        self.assertEqual(self.seen(self.hour + 59 * MINUTE), "")

    def test_it_fires_and_ends_with_the_errors(self) -> None:
        bot()
        self.now = self.hour + 30 * MINUTE
        self.count(200)
        self.let_it_fire("error_spike")
        ErrorHour.objects.all().delete()
        self.let_it_end("error_spike")
        self.assertEqual(self.raised(), [("error_spike", "condition"), ("error_spike", "recovered")])


class SlowTests(ConditionCase):
    """A database that takes long."""

    def setUp(self) -> None:
        super().setUp()
        bot()

    def slow(self, begins: float, goes_on: float) -> Any:
        """Call longer than so many seconds slow."""
        return mock.patch.object(sights, "SLOW", (begins, goes_on))

    def test_a_read_and_a_write_are_measured(self) -> None:
        with self.slow(0.0, 0.0):
            self.assertRegex(self.let_it_fire("database_slow").words, r"^A read and a write of one row took 0\.\d s\.$")
        with self.slow(3600.0, 3600.0):
            self.let_it_end("database_slow")
        self.assertEqual(self.raised(), [("database_slow", "condition"), ("database_slow", "recovered")])

    def test_what_fires_goes_on_at_less(self) -> None:
        with self.slow(3600.0, 0.0):
            self.look(4 * MINUTE)
            self.assertIsNone(self.row("database_slow").fired_at)
        with self.slow(0.0, 0.0):
            self.let_it_fire("database_slow")
        with self.slow(3600.0, 0.0):
            self.look(4 * MINUTE)
            self.assertIsNotNone(self.row("database_slow").fired_at)
