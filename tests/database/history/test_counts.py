"""Counts of updates by minute, whatever the clock of the machine says that counted them."""

from datetime import UTC, datetime, timedelta
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore.inbox import store
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.history.periods import start
from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.models import Step, UpdateCount
from botcore.monitoring.rollups import Counted, count_updates
from botcore.monitoring.selectors import last_hour
from tests.database.history.samples import NOON, totals
from tests.database.test_inbox_store import BOT, message

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def arrived(at: datetime, kind: str = "message") -> Counted:
    """Return an update that came at a time."""
    return Counted(at, kind, "", "received", 0.5)


class CountTests(TestCase):
    """Clocks that are right, ahead and far ahead."""

    def test_what_comes_from_a_clock_that_is_ahead_counts_now(self) -> None:
        before = start(read_clock().now, Step.MINUTE)
        count_updates(arrived(before + days * DAY) for days in (400, 400, 30, 0))
        after = start(read_clock().now, Step.MINUTE)
        rows = list(UpdateCount.objects.values_list("minute", "count", "seconds"))
        self.assertEqual((sum(row[1] for row in rows), sum(row[2] for row in rows)), (4, 2.0))
        self.assertEqual([row for row in rows if not before <= row[0] <= after], [])
        roll_up(after + MINUTE)
        self.assertEqual(sum(totals("updates_received", Step.MINUTE).values()), 4)
        self.assertFalse(UpdateCount.objects.filter(in_history=False).exists())

    def test_an_update_that_is_stored_by_such_a_machine_counts_now(self) -> None:
        with mock.patch("botcore.inbox.store.timezone.now", return_value=timezone.now() + 400 * DAY):
            store.accept(BOT, [message(5, 1)])
        self.assertLess(UpdateCount.objects.get().minute, timezone.now() + MINUTE)
        self.assertEqual(sum(minute.count for minute in last_hour()), 1)

    def test_what_came_before_keeps_its_minute_and_grows(self) -> None:
        for kinds in (("message", "poll", "message"), ("message",)):
            count_updates(arrived(NOON + timedelta(seconds=number), kind) for number, kind in enumerate(kinds))
        rows = UpdateCount.objects.order_by("kind").values_list("minute", "kind", "count", "seconds")
        self.assertEqual(list(rows), [(NOON, "message", 3, 1.5), (NOON, "poll", 1, 0.5)])

    def test_counts_of_the_future_that_an_older_version_wrote_are_not_of_today(self) -> None:
        now = datetime(2026, 3, 10, 12, tzinfo=UTC)
        for days, kind in ((0, "message"), (400, "poll")):
            facts = {"kind": kind, "state": "received", "count": 2, "seconds": 0}
            UpdateCount.objects.create(minute=now + days * DAY, **facts)
        with mock.patch("botcore.monitoring.selectors.timezone.now", return_value=now):
            self.assertEqual(sum(minute.count for minute in last_hour()), 2)
