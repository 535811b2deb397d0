"""Bars, small charts and fields of heat: their places, words and tables; empty, one value, a year of days."""

from datetime import date, timedelta

from django.test import SimpleTestCase
from django.utils import translation

from botcore.people.activity.selectors import Cohort
from dashboard.charts.bars import bar_chart, days, minutes
from dashboard.charts.heat import cohort_table, week_map
from dashboard.charts.shapes import level, percent, round_up
from dashboard.charts.sparks import sparkline
from dashboard.templatetags.charts import bar_shapes, week_fields

MONDAY = date(2026, 3, 2)


class BarTests(SimpleTestCase):
    """Counts beside each other."""

    def test_bars_stand_side_by_side_under_a_round_scale(self) -> None:
        chart = bar_chart([("12:00 UTC", 0), ("12:01 UTC", 7)], minutes())
        self.assertEqual((chart.top, chart.middle, chart.peak, chart.total), (10, 5, 7, 7))
        self.assertEqual([(bar.x, bar.y, bar.height) for bar in chart.bars],
                         [("0.00%", "100.00%", "0.00%"), ("50.00%", "30.00%", "70.00%")])  # fmt: skip
        self.assertEqual((chart.slot, chart.width), ("50.00%", "40.00%"))
        self.assertEqual(chart.bars[1].title, "12:01 UTC: 7")
        self.assertEqual(chart.label, "Updates per minute, the last 60 minutes: 7 together, 7 at most.")

    def test_a_level_is_not_added_up(self) -> None:
        words = days("People in total", "People", 2, is_sum=False)
        label = bar_chart([("yesterday", 8), ("today", 7)], words).label
        self.assertEqual(label, "People in total, the last 2 days: 7 last, 8 at most.")

    def test_nothing_has_a_scale_and_words_too(self) -> None:
        for counts in ([], [("today", 0)]):
            with self.subTest(counts):
                chart = bar_chart(counts, days("New people per day", "New people", 28))
                self.assertEqual((chart.top, chart.total), (2, 0))
                self.assertIn("0 together", chart.label)

    def test_a_year_ends_at_the_right_edge(self) -> None:
        chart = bar_chart([(str(number), number * 1000) for number in range(365)], days("Days", "People", 365))
        last = chart.bars[-1]
        self.assertAlmostEqual(float(last.x[:-1]) + float(chart.slot[:-1]), 100, delta=0.02)
        self.assertEqual(
            (last.title, chart.words.axis[0], chart.words.axis[-1]), ("364: 364,000", "365 d ago", "today")
        )

    def test_words_are_made_for_each_reader_and_equal_for_two_requests(self) -> None:
        self.assertEqual(repr(minutes()), repr(minutes()))  # the fingerprint of a page is made of it
        with translation.override("ru"):
            self.assertIsInstance(minutes().title, str)

    def test_scales_are_round_and_have_a_whole_half(self) -> None:
        for number, top in ((0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (123_456, 200_000)):
            self.assertEqual(round_up(number), top)


class SparklineTests(SimpleTestCase):
    """Charts as small as a word."""

    def test_a_count_that_is_not_zero_can_be_seen_beside_a_huge_one(self) -> None:
        line = sparkline([0, 1, 10**9], "hour")
        self.assertEqual(line.path.count("M"), 3)
        self.assertIn("h8v8h", line.path)
        self.assertIn("1,000,000,001 in the last 3 hours", line.label)

    def test_no_counts_are_no_bars(self) -> None:
        self.assertEqual((sparkline([], "hour").path, sparkline([], "hour").width), ("", 0))


class WeekMapTests(SimpleTestCase):
    """Hours of a week."""

    def test_there_is_a_field_for_each_hour_and_a_row_of_the_table_for_each_hour_of_the_day(self) -> None:
        drawn = week_map({(0, 0): 1, (4, 18): 50, (6, 23): 25}, "Updates")
        self.assertEqual((len(drawn.fields), len(drawn.rows), len(drawn.rows[0])), (168, 24, 8))
        found = {field.title: field for field in drawn.fields}
        self.assertEqual(found["Friday 18:00–19:00: 50"].level, 5)
        self.assertEqual(found["Sunday 23:00–24:00: 25"].level, 3)
        self.assertEqual(found["Monday 00:00–01:00: 1"].level, 1)
        self.assertEqual(found["Monday 01:00–02:00: 0"].level, 0)
        self.assertEqual(drawn.rows[18], ("18:00–19:00", "0", "0", "0", "0", "50", "0", "0"))
        self.assertEqual(drawn.label, "Updates: most on Friday at 18:00–19:00, 50.")

    def test_nothing_is_said_to_be_nothing(self) -> None:
        for counts in ({}, {(1, 1): 0}):
            drawn = week_map(counts, "Updates")
            self.assertTrue(drawn.is_empty)
            self.assertEqual(drawn.label, "Updates: nothing yet.")

    def test_fields_lie_inside_the_drawing(self) -> None:
        drawn = week_map({(6, 23): 1}, "Updates")
        last = drawn.fields[-1]
        for place, size in ((last.x, drawn.width), (last.y, drawn.height)):
            self.assertLess(float(place[:-1]) + float(size[:-1]), 100)

    def test_strength_grows_with_the_count_and_never_leaves_its_steps(self) -> None:
        self.assertEqual([level(count, 100) for count in (0, 1, 20, 21, 60, 61, 99, 100)], [0, 1, 1, 2, 3, 4, 5, 5])
        self.assertEqual((level(5, 0), level(-1, 5), level(7, 5)), (0, 0, 5))
        self.assertEqual(percent(1 / 3), "33.33%")


class CohortTests(SimpleTestCase):
    """Who came again."""

    def test_shares_stand_under_the_age_of_their_week_and_what_is_not_known_is_a_dash(self) -> None:
        week = timedelta(days=7)
        table = cohort_table([Cohort(MONDAY, 4, [3]), Cohort(MONDAY - week, 200, [None, 50])])
        self.assertEqual(table.ages, [0, 1])
        self.assertEqual([[share.text for share in row.shares] for row in table.rows], [["75%", ""], ["–", "25%"]])
        share = table.rows[1].shares[1]
        self.assertEqual((share.level, share.title), (2, "week of 2026-03-02: 50 of 200 wrote"))

    def test_a_week_in_which_nobody_came_has_no_shares(self) -> None:
        table = cohort_table([Cohort(MONDAY, 0, [0])])
        self.assertEqual(table.rows[0].shares[0].text, "–")
        self.assertEqual(cohort_table([]).rows, [])

    def test_erased_people_never_make_more_than_all(self) -> None:
        self.assertEqual(cohort_table([Cohort(MONDAY, 2, [3])]).rows[0].shares[0].text, "100%")


class ShapeTests(SimpleTestCase):
    """What the templates draw."""

    def test_words_of_bars_are_escaped_whatever_they_are(self) -> None:
        chart = bar_chart([('"><script>', 1), ("two\nlines", 2)], minutes())
        drawn = bar_shapes(chart)
        self.assertEqual(drawn.count('<g class="bar">'), 2)
        self.assertNotIn("<script>", drawn)
        self.assertIn("<title>&quot;&gt;&lt;script&gt;: 1</title>", drawn)
        self.assertIn("<title>two lines: 2</title>", drawn)

    def test_no_bars_draw_nothing(self) -> None:
        self.assertEqual(bar_shapes(bar_chart([], minutes())), "")

    def test_a_week_has_a_field_with_its_strength_for_each_hour(self) -> None:
        drawn = week_fields(week_map({(0, 0): 1}, "Updates"))
        self.assertEqual((drawn.count('class="field"'), drawn.count("heat-5"), drawn.count("heat-0")), (168, 1, 167))
