"""Nothing goes by a clock that may be wrong: neither this machine's, nor the database's after it jumped ahead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import BotdeckError
from botcore.jobs.retention import let_old_rows_go
from botcore.jobs.stale_cleanup import clean_up_leftovers
from botcore.models import CallbackData, Event, Job, RuntimeSetting, State, Update
from botcore.monitoring.clocks import Reading
from botcore.monitoring.models import Level
from botcore.retention import clock, selectors
from botcore.retention.leftovers import clean_up
from botcore.runtime.jobs.run import Run
from tests.database.retention import DAY, ago, old_update, sweep

NOW = timezone.now


@contextmanager
def machine_at(days: float) -> Iterator[None]:
    """Let this machine's clock be so many days ahead."""
    with patch("django.utils.timezone.now", lambda: NOW() + days * DAY):
        yield


@contextmanager
def both_at(days: float) -> Iterator[None]:
    """Let both clocks, which are one, be so many days ahead."""
    with (
        machine_at(days),
        patch("botcore.retention.clock.read_clock", lambda: Reading(NOW() + days * DAY, 0.001, 0.0)),
    ):
        yield


class ClockTestCase(TestCase):
    """Rows of ten days, which go when it seems to be a year later."""

    def setUp(self) -> None:
        """Make an update and a button that works for a month."""
        self.young = old_update(State.DONE, 10)
        CallbackData.objects.create(key="works", data="x", chat_id=1, expires_at=ago(-30))
        RuntimeSetting.objects.create(name="maintenance", value="1", until=ago(-30), at=NOW())

    def assert_all_there(self) -> None:
        """Nothing went."""
        self.assertEqual((Update.objects.exclude(raw="").count(), CallbackData.objects.count()), (1, 1))
        self.assertTrue(RuntimeSetting.objects.filter(name="maintenance").exists())


class MachineTests(ClockTestCase):
    """This machine's clock and the database's differ."""

    def test_nothing_goes_and_it_is_said_whose_clock_is_off_by_how_much(self) -> None:
        for days, words in ((400, "is 400 d ahead of the database's"), (-400, "is 400 d behind the database's")):
            with self.subTest(days), machine_at(days):
                for work in (let_old_rows_go, clean_up_leftovers):
                    with self.assertRaisesRegex(BotdeckError, f"the clock of this machine, .*, {words}. Set right"):
                        work(Run("retention"))
        with machine_at(400), self.assertRaisesRegex(CommandError, "Nothing was deleted"):
            call_command("retention", "--apply")
        self.assert_all_there()

    def test_a_minute_does_no_harm(self) -> None:
        with machine_at(50 / 86400):
            self.assertEqual(sweep(), "nothing was old enough")
        with machine_at(70 / 86400), self.assertRaises(BotdeckError):
            sweep()

    def test_rows_go_and_are_counted_by_the_databases_clock(self) -> None:
        old_update(State.DONE, 90 - 20 / 86400)  # by this machine's clock it would be old enough
        with machine_at(40 / 86400):
            self.assertEqual(selectors.would_go({"updates": 90})["updates"].count, 0)
            self.assertEqual(sweep("updates"), "nothing was old enough")
        with machine_at(400):
            self.assertEqual(selectors.would_go({"updates": 90})["updates"].count, 0)

    def test_a_database_that_is_slow_to_answer_is_no_wrong_clock(self) -> None:
        late = Reading(NOW() - timedelta(seconds=90), 100.0, None)
        with patch("botcore.retention.clock.read_clock", return_value=late):
            self.assertEqual(sweep(), "nothing was old enough")


class JumpTests(ClockTestCase):
    """One clock for both, which jumps ahead."""

    def setUp(self) -> None:
        """Let retention have looked yesterday."""
        super().setUp()
        with both_at(-1):
            clean_up(Run("stale_cleanup"))

    def doubts(self, days: float) -> bool:
        """Run both jobs so many days from now; tell whether they let nothing go."""
        with both_at(days):
            words = [work(Run("retention")) for work in (clean_up_leftovers, let_old_rows_go)]
        doubted = [text.startswith("Nothing is deleted for a day: the clock says") for text in words]
        self.assertEqual(doubted[0], doubted[1])
        return doubted[0]

    def test_nothing_goes_for_a_day_and_people_are_told_once(self) -> None:
        with self.assertLogs("botcore.retention.clock", "ERROR") as logs:
            for hours in (0, 1, 22):
                self.assertTrue(self.doubts(400 + hours / 24))
        self.assertEqual(len(logs.output), 1)
        self.assert_all_there()
        event = Event.objects.get()
        self.assertEqual((event.kind, event.level), ("retention", Level.WARNING))
        self.assertIn("If the clock is wrong, set it right now.", event.text)
        with both_at(400.5), self.assertRaisesRegex(CommandError, "Nothing is deleted for a day"):
            call_command("retention", "--apply")

    def test_a_clock_that_is_set_right_goes_on_as_if_nothing_had_been(self) -> None:
        with self.assertLogs("botcore.retention.clock", "ERROR"):
            self.doubts(400)
        self.assertFalse(self.doubts(0.1))
        self.assert_all_there()
        with self.assertLogs("botcore.retention.clock", "ERROR"):
            self.assertTrue(self.doubts(401))  # a second jump is none that was doubted for a day

    def test_after_a_month_off_the_second_night_does_its_work(self) -> None:
        with self.assertLogs("botcore.retention.clock", "ERROR"):
            self.assertTrue(self.doubts(35))
        self.assertFalse(self.doubts(36))
        self.assertFalse(self.doubts(37))
        self.assertEqual((Update.objects.exclude(raw="").count(), CallbackData.objects.count()), (0, 0))

    def test_a_clock_that_jumps_again_and_again_is_never_trusted(self) -> None:
        for days in (400, 800, 1200):
            with self.assertLogs("botcore.retention.clock", "ERROR"):
                self.assertTrue(self.doubts(days))
        self.assert_all_there()

    def test_a_few_days_off_are_nothing(self) -> None:
        self.assertFalse(self.doubts(5))

    def test_without_a_look_the_last_run_of_the_job_counts(self) -> None:
        for kept in (None, "soon", '{"trusted": "soon"}', '{"trusted": 5}', '{"trusted": "2026-01-01"}'):
            RuntimeSetting.objects.all().delete()
            if kept:
                RuntimeSetting.objects.create(name=clock.SETTING, value=kept, at=NOW())
            Job.objects.update_or_create(name="retention", defaults={"last_success_at": ago(2)})
            with self.subTest(kept), self.assertLogs("botcore.retention.clock", "ERROR"):
                self.assertTrue(self.doubts(400))

    def test_a_new_installation_is_trusted(self) -> None:
        RuntimeSetting.objects.all().delete()
        self.assertFalse(self.doubts(0))


class TimeTests(TestCase):
    """What is returned."""

    def test_it_is_the_databases(self) -> None:
        at = datetime.fromisoformat("2026-11-29T10:00:00+00:00")
        with (
            patch("botcore.retention.clock.read_clock", return_value=Reading(at, 0.001, 0.0)),
            patch("django.utils.timezone.now", return_value=at + timedelta(seconds=30)),
        ):
            self.assertEqual(clock.trusted_now(), at)
