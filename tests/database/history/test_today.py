"""Today beside yesterday until the same time: whole hours, the running one by minutes, people, and how fast it goes."""

from datetime import timedelta

from django.test import TestCase

from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.store import write_samples
from botcore.monitoring.history.today import Pair, today
from botcore.monitoring.history.values import of_counter, of_gauge, of_histogram
from botcore.monitoring.models import MetricSample, Step
from tests.database.history.samples import NOON

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = NOON + 20 * MINUTE + timedelta(seconds=30)


class TodayTests(TestCase):
    """Twenty past noon."""

    def test_nothing_is_known_of_an_empty_history_by_one_query(self) -> None:
        with self.assertNumQueries(1):
            found = today(NOW)
        unknown = Pair(None, None)
        self.assertEqual((found.updates, found.errors, found.new_people, found.active_people), (unknown,) * 4)
        self.assertEqual((found.p50, found.p95), (None, None))

    def test_hours_and_the_minutes_of_the_running_one_add_up_and_yesterday_ends_with_the_newest_minute(self) -> None:
        for days_ago, counts in ((0, (100, 10, 1)), (1, (200, 20, 2))):
            at = NOON - days_ago * DAY
            write_samples(Step.HOUR, {at - 12 * HOUR: {"errors": of_counter(counts[0])},
                                      at - HOUR: {"errors": of_counter(counts[1])}})  # fmt: skip
            write_samples(Step.MINUTE, {at + 18 * MINUTE: {"errors": of_counter(counts[2])}})
        write_samples(Step.MINUTE, {NOON - DAY + 19 * MINUTE: {"errors": of_counter(1000)}})  # later than the newest
        write_samples(Step.HOUR, {NOON - DAY: {"errors": of_counter(9999)}})  # yesterday's hour, all of it
        self.assertEqual(today(NOW).errors, Pair(111, 222))

    def test_just_after_the_hour_whole_hours_are_compared(self) -> None:
        for days_ago, count in ((0, 5), (1, 7)):
            write_samples(Step.HOUR, {NOON - HOUR - days_ago * DAY: {"updates_received": of_counter(count)}})
        write_samples(Step.MINUTE, {NOON - DAY: {"updates_received": of_counter(50)}})
        self.assertEqual(today(NOON + timedelta(seconds=5)).updates, Pair(5, 7))

    def test_new_people_are_what_there_is_more_of_than_at_midnight(self) -> None:
        midnight = NOON - 12 * HOUR
        for at, count in ((midnight - DAY - HOUR, 100), (midnight - HOUR, 130)):
            write_samples(Step.HOUR, {at: {"people": of_gauge(count)}})
        for at, count in ((NOON - DAY + MINUTE, 112), (NOON + MINUTE, 137)):
            write_samples(Step.MINUTE, {at: {"people": of_gauge(count), "people_active": of_gauge(count / 2)}})
        found = today(NOW)
        self.assertEqual(found.new_people, Pair(7, 12))
        self.assertEqual(found.active_people, Pair(68.5, 56))

    def test_erased_people_are_never_less_than_none(self) -> None:
        write_samples(Step.HOUR, {NOON - 13 * HOUR: {"people": of_gauge(10)}})
        write_samples(Step.MINUTE, {NOON: {"people": of_gauge(8)}})
        self.assertEqual(today(NOW).new_people, Pair(0, None))

    def test_how_fast_it_goes_is_of_the_last_ten_minutes(self) -> None:
        series = SERIES["update_latency"]
        fast, slow = [0] * len(series.bounds), [0] * len(series.bounds)
        fast[0], slow[-1] = 100, 100
        write_samples(Step.MINUTE, {NOON + 15 * MINUTE: {series.name: of_histogram(series, 1, fast)}})
        write_samples(Step.MINUTE, {NOON + 2 * MINUTE: {series.name: of_histogram(series, 1, slow)}})
        found = today(NOW)
        self.assertLess(found.p95 or 0, series.bounds[0])
        self.assertLess(found.p50 or 0, found.p95 or 0)

    def test_a_row_that_cannot_be_read_is_missing_and_no_more(self) -> None:
        write_samples(Step.HOUR, {NOON - HOUR: {"errors": of_counter(3)}, NOON - 2 * HOUR: {"errors": of_counter(4)}})
        MetricSample.objects.filter(at=NOON - HOUR).update(values="{")
        with self.assertLogs("botcore.monitoring.history.store", "WARNING") as heard:
            self.assertEqual(today(NOW).errors.today, 4)
        self.assertIn("1 samples of metrics (hour) cannot be read", heard.output[0])
