"""A rollup that stood still for days: what was counted meanwhile is in the history afterwards, or said to be lost."""

from datetime import datetime, timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.monitoring.history.periods import start
from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.models import MetricSample, ProcessSample, Step, UpdateCount, UpdateSum
from botcore.retention.kinds import KINDS
from botcore.retention.leftovers import clean_up
from botcore.runtime.jobs.run import Run
from tests.database.history.samples import NOON, count, keep, totals

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LOG = "botcore.monitoring.history.waiting"


def retain() -> None:
    """Let go what is old, as both jobs do."""
    for name in ("update_counts", "samples_minutes", "samples_hours"):
        for sweep in KINDS[name].sweeps:
            list(sweep.batches(timezone.now() - timedelta(days=KINDS[name].least)))
    clean_up(Run("stale_cleanup"))


class StandstillTests(TestCase):
    """A bot that is off since eleven days, in the middle of an hour."""

    def setUp(self) -> None:
        """Roll up two minutes of an hour; then come more, and nothing rolls up."""
        self.now = start(timezone.now(), Step.MINUTE)
        self.first = start(self.now - 11 * DAY, Step.HOUR) + 20 * MINUTE
        self.hour, self.day = start(self.first, Step.HOUR), start(self.first, Step.DAY)
        for minute in (self.first, self.first + MINUTE):
            self.live(minute)
        roll_up(self.first + 3 * MINUTE)

    def live(self, minute: datetime) -> None:
        """Count in a minute."""
        keep("web-1:1", minute, errors=2)
        count(minute, 5)

    def updates(self, step: Step, at: datetime) -> tuple[float, int]:
        """Return what an hour or a day says, and the sums beside it."""
        return totals("updates_received", step)[at], UpdateSum.objects.get(step=step, at=at).count

    def test_what_came_meanwhile_is_brought_in_whole_days_later(self) -> None:
        keep("web-2:1", self.first + MINUTE, errors=3)  # after the last rollup, of its last minute
        for number in range(2, 30):
            self.live(self.first + number * MINUTE)
        retain()
        with self.assertNoLogs(LOG, "WARNING"):
            roll_up(self.now)
        self.assertEqual(totals("errors", Step.MINUTE)[self.first + MINUTE], 5)
        self.assertEqual(totals("errors", Step.HOUR)[self.hour], 2 * 30 + 3)
        self.assertEqual(self.updates(Step.HOUR, self.hour), (150, 150))
        self.assertEqual(totals("updates_received", Step.DAY)[self.day], 150)
        self.assertFalse(UpdateCount.objects.filter(in_history=False).exists())
        retain()
        self.assertFalse(UpdateCount.objects.exists())
        self.assertEqual(totals("errors", Step.DAY)[self.day], 2 * 30 + 3)

    def test_a_day_of_which_hours_are_older_than_all_that_is_kept_stays_whole(self) -> None:
        later = start(self.now - 10 * DAY, Step.DAY) + 2 * HOUR
        for minute in (later, later + HOUR):
            self.live(minute)
        roll_up(later + 2 * HOUR)
        self.live(later + 3 * HOUR)
        retain()
        roll_up(self.now)
        self.assertEqual(self.updates(Step.DAY, start(later, Step.DAY)), (15, 15))

    def test_it_may_be_cut_off_and_go_on(self) -> None:
        for number in range(2, 100):
            self.live(self.first + number * MINUTE)

        def end() -> None:
            raise InterruptedError

        for _ in range(2):
            with self.assertRaises(InterruptedError):
                roll_up(self.now, check=end)
            retain()
        with self.assertNoLogs(LOG, "WARNING"):
            roll_up(self.now)
        self.assertEqual(sum(totals("updates_received", Step.DAY).values()), 500)
        self.assertEqual(sum(UpdateSum.objects.filter(step=Step.DAY).values_list("count", flat=True)), 500)

    def test_what_comes_when_the_history_has_gone_on_is_given_up_and_said_once(self) -> None:
        self.live(self.now - MINUTE)
        roll_up(self.now)
        retain()
        before = [totals(name, step) for step in Step for name in ("errors", "updates_received")]
        for number in range(3):
            keep("web-2:1", self.first + number * MINUTE, errors=9)
        count(self.first + 5 * MINUTE, 9)
        with mock.patch(f"{LOG}.BATCH", 2), self.assertLogs(LOG, "WARNING") as logs:
            roll_up(self.now)
        self.assertEqual([line.split(":", 2)[2] for line in logs.output], [
            "process samples that came too late for the history: 3",
            "update counts that came too late for the history: 1",
        ])  # fmt: skip
        with self.assertNoLogs(LOG, "WARNING"):
            roll_up(self.now)
        self.assertEqual([totals(name, step) for step in Step for name in ("errors", "updates_received")], before)
        retain()
        self.assertFalse(ProcessSample.objects.filter(minute__lt=self.now - DAY).exists())

    def test_what_waits_is_kept_for_thirty_days(self) -> None:
        for days in (29, 31):
            self.live(self.now - days * DAY)
        retain()
        for model in (ProcessSample, UpdateCount):
            old = model.objects.filter(in_history=False, minute__lt=self.first)
            self.assertEqual([row.minute for row in old], [self.now - 29 * DAY])

    def test_a_bot_without_any_history_yet_brings_in_all_that_it_has(self) -> None:
        MetricSample.objects.all().delete()
        ProcessSample.objects.all().delete()
        keep("web-1:1", NOON, errors=2)
        roll_up(NOON + 9 * DAY)
        self.assertEqual(totals("errors", Step.DAY)[NOON.replace(hour=0)], 2)
