"""When jobs are due: intervals, cron lines through summer time, jitter; and what a declaration refuses."""

import importlib
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase

from botcore import jobs
from botcore.runtime.jobs.registry import discover, job, plan_of
from botcore.runtime.jobs.run import Outcome, Run, RunOver
from botcore.runtime.jobs.schedule import Cron, Every, length
from botcore.runtime.models import RunState

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DECLARATION = """
from datetime import timedelta
from botcore.runtime.jobs.registry import job

@job("same", every=timedelta(hours=1))
def work(run):
    return ""
"""


def at(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(moment: datetime) -> str:
    """Return the day and time in Berlin."""
    return f"{moment.astimezone(BERLIN):%d. %H:%M %Z}"


class ScheduleTests(SimpleTestCase):
    """The next time."""

    def test_an_interval_is_due_at_its_multiples_whoever_asks_when(self) -> None:
        schedule = Every(timedelta(minutes=10))
        for asked, due in (
            ("12:00:00", "12:10"),
            ("12:03:59", "12:10"),
            ("12:09:59.999", "12:10"),
            ("12:10:00", "12:20"),
        ):
            with self.subTest(asked):
                self.assertEqual(schedule.next_after(at(f"2026-11-29 {asked}")), at(f"2026-11-29 {due}"))

    def test_a_cron_line_is_due_strictly_later(self) -> None:
        schedule = Cron("17 3 * * *")
        for asked, due in (("28 23:59:59", "29 03:17"), ("29 03:16:59.9", "29 03:17"), ("29 03:17:00", "30 03:17")):
            with self.subTest(asked):
                self.assertEqual(schedule.next_after(at(f"2026-11-{asked}")), at(f"2026-11-{due}"))

    def test_in_the_hour_that_spring_leaves_out_it_is_done_right_after(self) -> None:
        due = Cron("30 2 * * *", "Europe/Berlin").next_after(at("2026-03-28 12:00"))
        self.assertEqual(local(due), "29. 03:00 CEST")
        self.assertEqual(local(Cron("30 2 * * *", "Europe/Berlin").next_after(due)), "30. 02:30 CEST")

    def test_of_the_hour_that_autumn_repeats_only_the_first_counts(self) -> None:
        schedule = Cron("30 2 * * *", "Europe/Berlin")
        first = schedule.next_after(at("2026-10-24 12:00"))
        self.assertEqual(local(first), "25. 02:30 CEST")
        self.assertEqual(local(schedule.next_after(first)), "26. 02:30 CET")
        in_the_second = at("2026-10-25 01:10")  # 02:10 CET
        self.assertEqual(local(schedule.next_after(in_the_second)), "26. 02:30 CET")

    def test_every_few_minutes_goes_on_through_both(self) -> None:
        schedule, moment = Cron("*/20 * * * *", "Europe/Berlin"), at("2026-10-25 00:00")
        for _ in range(9):
            moment = schedule.next_after(moment)
        self.assertEqual(moment, at("2026-10-25 03:00"))

    def test_it_always_moves_on(self) -> None:
        for schedule in (Every(timedelta(seconds=7)), Cron("*/15 1-3 * * *", "Europe/Berlin"), Cron("0 0 29 2 *")):
            moment = at("2026-10-24 22:00")
            for _ in range(20):
                later = schedule.next_after(moment)
                self.assertGreater(later, moment)
                moment = later

    def test_people_read_it_in_words(self) -> None:
        self.assertEqual(Every(timedelta(seconds=60)).words, "every minute")
        self.assertEqual(Every(timedelta(minutes=90)).words, "every 90 minutes")
        self.assertEqual(Cron("17 3 * * *", "Europe/Berlin").words, "at 03:17 every day (Europe/Berlin)")
        self.assertEqual([length(timedelta(seconds=n)) for n in (1, 90, 3600, 172800)],
                         ["1 second", "90 seconds", "1 hour", "2 days"])  # fmt: skip


class DeclarationTests(SimpleTestCase):
    """What @job takes."""

    def test_what_cannot_be_is_refused_where_it_is_written(self) -> None:
        for words in (
            {},
            {"every": HOUR, "cron": "* * * * *"},
            {"every": timedelta(seconds=0.5)},
            {"every": MINUTE, "jitter": MINUTE},
            {"cron": "61 * * * *"},
            {"cron": "0 0 31 2 *"},
            {"cron": "nonsense"},
            {"cron": "0 0 * * *", "zone": "Europe/Nowhere"},
        ):
            with self.subTest(words), self.assertRaises((ValueError, KeyError)):
                job("work", **words)
        for name in ("", "two words", "x" * 61, "retention/x"):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "a job's name"):
                job(name, every=HOUR)

    def test_jitter_comes_after_the_regular_time_and_is_no_far_future(self) -> None:
        plan = plan_of(job("work", every=HOUR, jitter=MINUTE)(lambda _: ""))
        assert plan
        now = at("2026-11-29 12:30")
        with patch("random.random", return_value=0.5):
            due = plan.next_after(now)
        self.assertEqual(due, at("2026-11-29 13:00:30"))
        self.assertEqual((plan.is_beyond(due, now), plan.is_beyond(due + HOUR, now)), (False, True))

    def test_the_jobs_of_the_package_are_found_once_each(self) -> None:
        names = [plan.name for plan in discover(jobs)]
        self.assertEqual(names, sorted(set(names)))
        self.assertLessEqual({"backup", "retention", "stale_cleanup"}, set(names))

    def test_two_jobs_of_one_name_are_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "twice_declared"
            package.mkdir()
            (package / "__init__.py").touch()
            for name in ("one", "two"):
                (package / f"{name}.py").write_text(DECLARATION)
            self.addCleanup(sys.path.remove, folder)
            sys.path.insert(0, folder)
            with self.assertRaisesRegex(ValueError, "declared twice: same"):
                discover(importlib.import_module("twice_declared"))


class RunTests(SimpleTestCase):
    """What a job's function gets."""

    def test_a_check_lets_it_go_on_until_the_time_is_over(self) -> None:
        Run("work", seconds=60).check()
        with self.assertRaises(RunOver) as over:
            Run("work", seconds=0).check()
        self.assertEqual(over.exception.outcome.state, RunState.TIMED_OUT)

    def test_a_lease_that_ran_out_ends_it(self) -> None:
        run = Run("work")
        run.hold(float("-inf"))
        with self.assertRaises(RunOver) as over:
            run.check()
        self.assertEqual(over.exception.outcome.state, RunState.LOST)

    def test_the_first_reason_counts_and_a_pause_ends_at_once(self) -> None:
        run = Run("work", seconds=0)
        run.end(Outcome(RunState.LOST, "the process stopped"))
        with self.assertRaisesRegex(RunOver, "the process stopped"):
            run.pause(3600)
