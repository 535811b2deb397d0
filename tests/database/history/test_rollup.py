"""The rollup: minutes, hours and days say what processes and the inbox counted, whatever comes late or twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from django.db import connection
from django.test import TestCase

from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.history.samples import store_samples
from botcore.monitoring.history.series import SERIES, Kind
from botcore.monitoring.history.values import Value, read_row
from botcore.monitoring.models import MetricSample, ProcessSample, Step, UpdateCount, UpdateSum
from botcore.monitoring.rollups import Counted, count_updates
from tests.database.history.samples import NOON, count, keep, kept, record, totals

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = NOON + 10 * MINUTE
TODAY = NOON.replace(hour=0)


class RollupTests(TestCase):
    """Two processes around noon."""

    def one(self, series: str, step: Step) -> Value:
        """Return the one value of a series."""
        (value,) = kept(series, step).values()
        return value

    def test_increases_of_all_processes_add_up_to_minutes_hours_and_days(self) -> None:
        keep("web-1:1", NOON - MINUTE, errors=1)
        keep("web-1:1", NOON, errors=2)
        keep("web-2:1", NOON, errors=3)
        keep("web-2:1", NOON + MINUTE, errors=4)
        self.assertEqual(roll_up(SOON), 4)  # and the database's own
        minutes = totals("errors", Step.MINUTE)
        self.assertEqual(minutes, {NOON - MINUTE: 1, NOON: 5, NOON + MINUTE: 4})
        self.assertEqual(totals("errors", Step.HOUR), {NOON - HOUR: 1, NOON: 9})
        day = self.one("errors", Step.DAY)
        self.assertEqual(day, Value(3, 10, 1, 5))

    def test_what_a_living_bot_did_not_count_is_zero_and_without_a_bot_it_is_not_known(self) -> None:
        keep("web-1:1", NOON, errors=2)
        roll_up(SOON)
        written = read_row(MetricSample.objects.get(at=NOON, step=Step.MINUTE).values, SERIES).keys()
        gauges = {name for name, series in SERIES.items() if series.kind == Kind.GAUGE} - {"processes"}
        self.assertEqual(written, SERIES.keys() - gauges)
        self.assertEqual(totals("polls", Step.MINUTE), {NOON: 0})
        self.assertEqual(totals("updates_received", Step.MINUTE), {NOON: 0})
        self.assertEqual(totals("people", Step.MINUTE), {NOON + 9 * MINUTE: 0})  # known from the database

    def test_gauges_of_processes_add_up_and_are_averaged_over_time(self) -> None:
        for minute, sizes in ((NOON, (100, 50)), (NOON + MINUTE, (200, 150))):
            for process, size in zip(("web-1:1", "web-2:1"), sizes, strict=True):
                store_samples([record(process, minute, gauges={"memory": size})])
        roll_up(SOON)
        self.assertEqual(totals("memory", Step.MINUTE), {NOON: 150, NOON + MINUTE: 350})
        hour = self.one("memory", Step.HOUR)
        self.assertEqual((hour.total / hour.count, hour.low, hour.high), (250, 150, 350))
        self.assertEqual(self.one("processes", Step.HOUR).high, 2)

    def test_buckets_add_up(self) -> None:
        store_samples([record("web-1:1", NOON, histograms={"api_duration": (0.5, (0, 1, 2))})])
        store_samples([record("web-2:1", NOON + MINUTE, histograms={"api_duration": (0.25, (0, 0, 1, 1, 0, 0))})])
        roll_up(SOON)
        hour = self.one("api_duration", Step.HOUR)
        self.assertEqual(hour, Value(5, 0.75, 0.01, 0.1, [0, 1, 3, 1]))

    def test_counts_of_updates_come_from_the_inbox(self) -> None:
        count(NOON, 7)
        count(NOON, 4, "done", handler="start")
        count(NOON, 1, "ignored")
        count(NOON, 2, "dead", handler="help")
        roll_up(SOON)
        found = {name: totals(f"updates_{name}", Step.HOUR) for name in ("received", "processed", "failed")}
        self.assertEqual(found, {"received": {NOON: 7}, "processed": {NOON: 7}, "failed": {NOON: 2}})
        sums = UpdateSum.objects.filter(state="dead").order_by("step").values_list("step", "at", "count", "seconds")
        self.assertEqual(list(sums), [(Step.HOUR, NOON, 2, 1.0), (Step.DAY, TODAY, 2, 1.0)])

    def test_updates_that_are_counted_late_are_in_the_history_next_time(self) -> None:
        def arrive(number: int) -> None:
            count_updates(Counted(NOON, "message", "", "received", 0) for _ in range(number))

        arrive(3)
        roll_up(SOON)
        self.assertFalse(UpdateCount.objects.filter(in_history=False).exists())
        arrive(2)
        roll_up(SOON)
        self.assertEqual(totals("updates_received", Step.DAY), {TODAY: 5})
        self.assertEqual(UpdateSum.objects.get(step=Step.DAY).count, 5)

    def test_updates_that_are_counted_while_the_history_notes_them_are_not_forgotten(self) -> None:
        def arrive(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            if "SET in_history = true" in sql and not arrived:
                arrived.append(1)
                count_updates([Counted(NOON, "message", "", "received", 0)])
            return execute(sql, *args)

        count(NOON, 3)
        arrived: list[int] = []
        with connection.execute_wrapper(arrive):
            self.assertEqual(roll_up(SOON), 2)  # noon, and the database's own minute
        self.assertEqual(roll_up(SOON), 1)
        self.assertEqual(totals("updates_received", Step.DAY), {TODAY: 4})

    def test_a_minute_of_which_a_writer_holds_a_count_is_brought_in_once_and_waits_for_the_next_time(self) -> None:
        count(NOON, 3)
        keep("web-1:1", NOON + MINUTE, errors=1)
        checks: list[int] = []

        def check() -> None:
            checks.append(1)
            self.assertLess(len(checks), 9)

        with mock.patch("botcore.monitoring.history.rollup.note_counts"):  # it skips what is held
            self.assertEqual(roll_up(SOON, check=check), 3)  # and the database's own
            self.assertEqual(roll_up(SOON, check=check), 1)
        self.assertEqual(roll_up(SOON), 1)
        self.assertEqual(roll_up(SOON), 0)
        self.assertEqual(totals("updates_received", Step.DAY), {TODAY: 3})

    def test_a_sample_that_comes_late_is_added_to_those_of_its_minute(self) -> None:
        keep("web-1:1", NOON, errors=2)
        roll_up(SOON)
        keep("web-2:1", NOON, errors=3)
        self.assertEqual(roll_up(SOON + 2 * DAY), 2)
        self.assertEqual(totals("errors", Step.MINUTE), {NOON: 5})
        self.assertEqual(totals("errors", Step.DAY), {TODAY: 5})

    def test_a_sample_that_comes_after_three_days_changes_nothing(self) -> None:
        keep("web-1:1", NOON, errors=2)
        roll_up(SOON)
        ProcessSample.objects.all().delete()  # as retention does
        keep("web-2:1", NOON, errors=3)
        roll_up(NOON + 3 * DAY + MINUTE)
        self.assertEqual(totals("errors", Step.MINUTE), {NOON: 2})

    def test_a_sample_that_is_replayed_counts_once(self) -> None:
        one = record("web-1:1", NOON, {"errors": 2})
        store_samples([one])
        roll_up(SOON)
        store_samples([one, one])
        roll_up(SOON)
        self.assertEqual(totals("errors", Step.HOUR), {NOON: 2})

    def test_a_minute_that_a_process_lived_twice_counts_twice_as_one_process(self) -> None:
        for size, errors in ((100, 1), (300, 2)):
            store_samples([record("web-1:1", NOON, {"errors": errors}, {"memory": size})])
        roll_up(SOON)
        self.assertEqual(totals("errors", Step.MINUTE), {NOON: 3})
        self.assertEqual(totals("memory", Step.MINUTE), {NOON: 200})
        self.assertEqual(totals("processes", Step.MINUTE), {NOON: 1})

    def test_the_running_minute_waits_for_its_end(self) -> None:
        keep("web-1:1", NOON, errors=2)
        roll_up(NOON + timedelta(seconds=59))
        self.assertEqual(totals("errors", Step.MINUTE), {})
        roll_up(NOON + MINUTE)
        self.assertEqual(totals("errors", Step.MINUTE), {NOON: 2})

    def test_hours_stay_as_they_are_when_their_minutes_are_deleted(self) -> None:
        keep("web-1:1", NOON, errors=2)
        roll_up(SOON)
        MetricSample.objects.filter(step=Step.MINUTE).delete()
        ProcessSample.objects.all().delete()
        keep("web-1:1", NOON + 5 * DAY, errors=1)
        roll_up(NOON + 5 * DAY + HOUR)
        self.assertEqual(totals("errors", Step.HOUR)[NOON], 2)
        self.assertEqual(totals("errors", Step.DAY)[TODAY], 2)

    def test_the_database_is_sampled_once_a_minute(self) -> None:
        for second in (1, 20, 59):
            roll_up(NOON + timedelta(seconds=second))
        roll_up(NOON + 61 * timedelta(seconds=1))
        self.assertEqual(totals("inbox_pending", Step.MINUTE), {NOON - MINUTE: 0, NOON: 0})

    def test_a_backlog_is_worked_off_in_parts(self) -> None:
        for number in range(100):
            keep("web-1:1", NOON + number * MINUTE, errors=1)
        checks: list[int] = []
        self.assertEqual(roll_up(NOON + 100 * MINUTE, check=lambda: checks.append(1)), 100)
        self.assertEqual((len(checks), totals("errors", Step.DAY)), (4, {TODAY: 100}))

    def test_a_clock_that_is_ahead_counts_now(self) -> None:
        keep("web-1:1", datetime(2099, 1, 1, tzinfo=UTC), errors=2)
        now = ProcessSample.objects.get().minute
        self.assertLess(now.year, 2099)
        roll_up(now + MINUTE)
        self.assertEqual(totals("errors", Step.MINUTE), {now: 2})
