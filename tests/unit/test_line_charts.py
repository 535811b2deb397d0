"""Charts of lines: round scales, gaps, words, and values that are strange."""

import re
from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase

from botcore.charts.given import Given, Numbers
from botcore.charts.scales import Unit, period_for, say, scale
from botcore.charts.times import ticks
from dashboard.charts import ranges
from dashboard.charts.lines import LineChart, line_chart, path
from dashboard.charts.time_axis import axis

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def chart(*numbers: Numbers, unit: Unit = Unit.NUMBER, whole: bool = False) -> LineChart:
    """Draw lines of minutes until noon."""
    length = len(numbers[0])
    times = [NOON - (length - number) * MINUTE for number in range(length)]
    names = ("first", "second", "third")
    lines = [(name, "calm", values) for name, values in zip(names, numbers, strict=False)]
    given = Given("updates", "Updates", "What came.", lines, unit, whole=whole)
    return line_chart(given, axis(times, MINUTE, ranges.chosen({}, NOON + timedelta(hours=1))))


class ScaleTests(SimpleTestCase):
    """The scale at the left."""

    def test_ticks_are_round_and_hold_the_peak(self) -> None:
        for peak, unit, ticks_ in (
            (7, Unit.NUMBER, ("8", "6", "4", "2", "0")),
            (0.34, Unit.NUMBER, ("0.4", "0.3", "0.2", "0.1", "0")),
            (1300, Unit.NUMBER, ("1.5k", "1k", "0.5k", "0")),
            (0.35, Unit.SECONDS, ("400 ms", "300 ms", "200 ms", "100 ms", "0")),
            (90, Unit.SECONDS, ("1.5 min", "1 min", "0.5 min", "0")),
            (300 * 2**20, Unit.BYTES, ("300 MiB", "200 MiB", "100 MiB", "0")),
        ):
            with self.subTest(peak):
                found = scale(peak, unit)
                self.assertEqual(tuple(tick.replace("\N{NO-BREAK SPACE}", " ") for tick in found.ticks), ticks_)
                self.assertGreaterEqual(found.top, peak)

    def test_what_has_no_halves_has_none_on_its_scale(self) -> None:
        self.assertEqual(scale(1, whole=True).ticks, ("1", "0"))
        self.assertEqual(scale(1).ticks, ("1", "0.5", "0"))

    def test_nothing_but_zero_has_a_scale_too(self) -> None:
        self.assertEqual(scale(0.0).ticks, ("1", "0"))
        self.assertEqual(scale(0.0, Unit.SECONDS).ticks, ("1\N{NO-BREAK SPACE}ms", "0"))

    def test_the_very_great_and_the_very_small_have_few_ticks(self) -> None:
        for peak in (1e-9, 1e-4, 1e9, 1e18, 1e300):
            for unit in Unit:
                with self.subTest(peak=peak, unit=unit):
                    found = scale(peak, unit)
                    self.assertLessEqual(2, len(found.ticks))
                    self.assertLessEqual(len(found.ticks), 6)
                    self.assertGreaterEqual(found.top * (1 + 1e-9), peak)

    def test_values_are_said_to_three_digits(self) -> None:
        for value, unit, words in (
            (None, Unit.NUMBER, "–"),
            (0.0, Unit.SECONDS, "0"),
            (3.0, Unit.NUMBER, "3"),
            (0.125, Unit.NUMBER, "0.125"),
            (999.9, Unit.NUMBER, "1k"),
            (1234.0, Unit.NUMBER, "1.23k"),
            (0.0471, Unit.SECONDS, "47.1 ms"),
            (3600.0, Unit.SECONDS, "1 h"),
            (98e6, Unit.BYTES, "93.5 MiB"),
        ):
            self.assertEqual(say(value, unit).replace("\N{NO-BREAK SPACE}", " "), words)

    def test_a_rate_is_said_by_the_period_in_which_it_happens(self) -> None:
        self.assertEqual(period_for(30), ("s", 1))
        self.assertEqual(period_for(0.5), ("min", 60))
        self.assertEqual(period_for(1 / 3600), ("h", 3600))
        self.assertEqual(period_for(1e-9), ("day", 86400))
        self.assertEqual(period_for(0.0), ("min", 60))


class LineTests(SimpleTestCase):
    """The lines."""

    def test_a_line_stands_in_the_middle_of_its_minutes_and_breaks_where_nothing_is_known(self) -> None:
        self.assertEqual(path([0.0, 5.0, None, 10.0, 10.0], 10.0), ("M5 100.0L15 50.0M35 0.0L45 0.0", ""))

    def test_a_value_between_two_gaps_is_a_dot(self) -> None:
        self.assertEqual(path([None, 10.0, None], 10.0), ("", "M15 0.0h.01"))

    def test_what_is_not_known_is_marked_unless_it_may_still_come(self) -> None:
        self.assertEqual(chart([None, None, 1.0, None, 2.0]).void, "M0 0h20v100h-20zM30 0h10v100h-10z")
        times = [NOON - 2 * MINUTE, NOON - MINUTE]
        given = Given("updates", "Updates", "", [("first", "calm", [None, None])])
        self.assertEqual(line_chart(given, axis(times, MINUTE, ranges.chosen({}, NOON))).void, "")

    def test_one_point_and_only_zeros_are_drawn(self) -> None:
        self.assertEqual(chart([3.0]).lines[0].dots, "M5 0.0h.01")
        self.assertEqual(chart([0.0, 0.0]).lines[0].path, "M5 100.0L15 100.0")

    def test_the_legend_says_the_newest_and_the_greatest(self) -> None:
        line = chart([1.0, 9.0, 4.0, None]).lines[0]
        self.assertEqual((line.last, line.most), ("4", "9"))

    def test_without_any_value_it_says_so(self) -> None:
        found = chart([None, None])
        self.assertTrue(found.is_empty)
        self.assertEqual((found.lines[0].path, found.lines[0].last), ("", "–"))

    def test_the_chart_in_words(self) -> None:
        found = chart([1.0, 2.0], [None, 5.0])
        said = "Updates, the last hour: first 2 last, 2 at most; second 5 last, 5 at most."
        self.assertEqual(found.label, said)

    def test_the_table_has_every_point_the_newest_first(self) -> None:
        self.assertEqual(chart([1.0, None], [0.5, 2.0]).rows, [("11:59", "–", "2"), ("11:58", "1", "0.5")])

    def test_all_of_it_can_be_clicked_at_once(self) -> None:
        now = NOON + timedelta(minutes=1)
        times = [now - (60 - number) * MINUTE for number in range(60)]
        given = Given("updates", "Updates", "", [("first", "calm", [float(number) for number in range(60)])])
        found = line_chart(given, axis(times, MINUTE, ranges.chosen({}, now)))
        self.assertEqual(len(found.zooms), ranges.CLICKS)
        self.assertEqual(sum(zoom.width for zoom in found.zooms), found.width)
        self.assertRegex(found.zooms[-1].title, r"at most: first 59$")
        self.assertTrue(all(re.fullmatch(r"\?since=[\dT:-]+&until=[\dT:-]+", zoom.query) for zoom in found.zooms))


class TimeAxisTests(SimpleTestCase):
    """Round times below."""

    def names(self, length: timedelta) -> list[str]:
        """Return the names below a chart that ends on a tenth of March."""
        return [tick.name for tick in ticks(NOON + timedelta(minutes=7) - length, NOON + timedelta(minutes=7))]

    def test_they_are_round_for_every_range(self) -> None:
        self.assertEqual(self.names(timedelta(minutes=10)), ["11:58", "12:00", "12:02", "12:04", "12:06"])
        self.assertEqual(self.names(timedelta(hours=1)), ["11:10", "11:20", "11:30", "11:40", "11:50", "12:00"])
        self.assertEqual(self.names(timedelta(days=1)), ["18:00", "10 Mar", "06:00"])
        self.assertEqual(self.names(timedelta(days=365)), ["Apr", "Jul", "Oct", "Jan 2026"])

    def test_there_are_never_many(self) -> None:
        for minutes in range(10, 60 * 24 * 365 * 5, 9973):
            self.assertLessEqual(len(self.names(timedelta(minutes=minutes))), 7, minutes)
