"""Reading the history: aligned points, gaps, rates and quantiles, whatever the range."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase

from botcore.exceptions import ValidationError
from botcore.monitoring.history.selectors import history, latest
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.values import Buckets, Value, read_row, write_values
from botcore.monitoring.models import MetricSample, Step
from botcore.runtime.settings_store import set_setting

NOW = datetime(2026, 3, 10, 12, 30, 20, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def sample(series: str, step: Step, at: datetime, total: float, *, count: int = 1, buckets: Buckets = ()) -> None:
    """Keep a value beside those that are there."""
    row, _ = MetricSample.objects.get_or_create(step=step, at=at, defaults={"values": "{}"})
    values = read_row(row.values, SERIES) | {series: Value(count, total, total, total, buckets)}
    MetricSample.objects.filter(pk=row.pk).update(values=write_values(values))


class HistoryTests(TestCase):
    """A few samples around noon."""

    def test_the_step_follows_the_range_and_what_is_still_kept(self) -> None:
        for step, days in ((Step.MINUTE, 7), (Step.HOUR, 90), (Step.DAY, 400)):
            sample("errors", step, NOW - days * DAY, 1)
        steps = {
            (NOW - DAY, NOW): Step.MINUTE,
            (NOW - DAY - MINUTE, NOW): Step.HOUR,
            (NOW - 31 * DAY, NOW): Step.HOUR,
            (NOW - 365 * DAY, NOW): Step.DAY,
            (NOW - 8 * DAY, NOW - 8 * DAY + HOUR): Step.HOUR,
            (NOW - 100 * DAY, NOW - 99 * DAY): Step.DAY,
        }
        for (since, until), step in steps.items():
            with self.subTest(since=since, until=until):
                self.assertEqual(history(["errors"], since=since, until=until, now=NOW).step, step)

    def test_whatever_is_said_of_how_long_samples_are_kept_a_chart_shows_those_that_are_there(self) -> None:
        for step, days in ((Step.MINUTE, 7), (Step.HOUR, 90), (Step.DAY, 400)):
            sample("errors", step, NOW - days * DAY, 1)
        for said in (0, 30, "abc", None, [1], float("nan"), float("inf"), 10**9, -1, True):
            set_setting("retention.samples_minutes", said, by="alice")
            set_setting("retention.samples_hours", said, by="alice")
            for back, step in ((1, Step.MINUTE), (8, Step.HOUR), (100, Step.DAY)):
                with self.subTest(said, back=back):
                    since = NOW - back * DAY
                    self.assertEqual(history(["errors"], since=since, until=since + HOUR, now=NOW).step, step)

    def test_minutes_that_are_kept_for_ever_are_shown_for_ever(self) -> None:
        since = datetime(2025, 5, 20, tzinfo=UTC)
        for step in Step:
            sample("errors", step, since, 1)
        past = history(["errors"], since=since, until=since + DAY, now=NOW)
        self.assertEqual((past.step, past.lines["errors"].points[0] is not None), (Step.MINUTE, True))

    def test_of_a_young_bot_the_finest_step_is_shown(self) -> None:
        since = NOW - DAY
        self.assertEqual(history(["errors"], since=since, until=NOW, now=NOW).step, Step.MINUTE)
        sample("errors", Step.MINUTE, NOW - 20 * MINUTE, 1)  # after its hour and its day began
        sample("errors", Step.HOUR, NOW.replace(minute=0, second=0), 1)
        sample("errors", Step.DAY, NOW.replace(hour=0, minute=0, second=0), 1)
        self.assertEqual(history(["errors"], since=since, until=NOW, now=NOW).step, Step.MINUTE)
        self.assertEqual(history(["errors"], since=NOW - 7 * DAY, until=NOW, now=NOW).step, Step.HOUR)

    def test_points_stand_at_their_minutes_and_what_is_unknown_is_none(self) -> None:
        noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
        sample("errors", Step.MINUTE, noon, 120)
        sample("errors", Step.MINUTE, noon + 2 * MINUTE, 0)
        sample("errors", Step.MINUTE, noon + 4 * MINUTE, 9)  # after the range
        sample("errors", Step.HOUR, noon, 7)
        past = history(["errors", "memory"], since=noon, until=noon + 4 * MINUTE, now=NOW)
        self.assertEqual(past.times, [noon + number * MINUTE for number in range(4)])
        points = past.lines["errors"].points
        self.assertEqual([point and point.total for point in points], [120, None, 0, None])
        self.assertEqual(points[0] and points[0].rate, 2.0)
        self.assertEqual(past.lines["memory"].points, [None] * 4)
        self.assertIsNone(past.lines["memory"].whole)
        whole = past.lines["errors"].whole
        self.assertEqual(whole and (whole.total, whole.rate, whole.mean, whole.low, whole.high), (120, 1.0, 60, 0, 120))

    def test_more_points_than_wanted_are_taken_together(self) -> None:
        noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
        for number in (0, 1, 4, 5):
            sample("errors", Step.MINUTE, noon + number * MINUTE, number)
        past = history(["errors"], since=noon, until=noon + 15 * MINUTE, now=NOW, most=3)
        self.assertEqual((past.step, past.width, len(past.times)), (Step.MINUTE, 5 * MINUTE, 3))
        first, second, third = past.lines["errors"].points
        self.assertEqual(first and (first.count, first.total, first.low, first.high), (3, 5, 0, 4))
        self.assertEqual((second and second.total, third), (5, None))

    def test_a_range_that_begins_within_an_hour_shows_all_of_it(self) -> None:
        since = datetime(2026, 3, 8, 10, 59, tzinfo=UTC)
        past = history(["errors"], since=since, until=datetime(2026, 3, 10, 11, tzinfo=UTC), now=NOW)
        self.assertEqual((past.times[0].hour, past.times[-1].hour, len(past.times)), (10, 10, 49))

    def test_a_rate_is_of_the_minutes_that_are_known(self) -> None:
        sample("errors", Step.HOUR, NOW.replace(minute=0, second=0), 180, count=30)
        newest = history(["errors"], since=NOW - 2 * DAY, until=NOW, now=NOW).lines["errors"].points[-1]
        self.assertEqual(newest and (newest.rate, newest.mean), (0.1, 6))

    def test_quantiles_of_the_range_come_from_all_buckets(self) -> None:
        noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
        sample("update_delay", Step.MINUTE, noon, 1, count=10, buckets=(0, 0, 0, 0, 0, 10))
        sample("update_delay", Step.MINUTE, noon + MINUTE, 2, count=10, buckets=(0, 0, 0, 0, 0, 0, 10))
        line = history(["update_delay"], since=noon, until=noon + 2 * MINUTE, now=NOW).lines["update_delay"]
        self.assertEqual([point and round(point.p50 or 0, 9) for point in line.points], [0.0375, 0.075])
        self.assertEqual(line.whole and (line.whole.p50, line.whole.mean, line.whole.count), (0.05, 0.15, 20))

    def test_nothing_is_read_after_now_and_nothing_further_back_than_five_years(self) -> None:
        past = history(["errors"], since=datetime(1970, 1, 1, tzinfo=UTC), until=NOW + 99 * DAY, now=NOW)
        self.assertEqual(past.times[-1], NOW.replace(hour=0, minute=0, second=0))
        self.assertLess(len(past.times), 1832)

    def test_a_name_or_a_range_that_there_is_not_is_refused(self) -> None:
        for names, since in ((["evil"], NOW - HOUR), (["errors"], NOW), (["errors"], NOW + HOUR)):
            with self.subTest(names), self.assertRaises(ValidationError):
                history(names, since=since, until=NOW, now=NOW)

    def test_all_series_are_one_query(self) -> None:
        with self.assertNumQueries(1):  # with where minutes, hours and days begin
            history(["errors", "memory", "update_delay"], since=NOW - HOUR, until=NOW, now=NOW)

    def test_the_latest_is_the_newest_minute_unless_it_is_old(self) -> None:
        noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
        sample("errors", Step.MINUTE, noon, 1)
        sample("memory", Step.MINUTE, noon + 28 * MINUTE, 5)
        sample("memory", Step.MINUTE, noon + 29 * MINUTE, 6)
        found = latest(["errors", "memory"], now=NOW)
        self.assertIsNone(found["errors"])
        self.assertEqual(found["memory"] and (found["memory"].mean, found["memory"].at.minute), (6, 29))
