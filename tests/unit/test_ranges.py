"""The range in an address: words, two ends, and what is neither."""

from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase

from dashboard.charts.ranges import LONGEST, SHORTEST, SPANS, Range, chosen

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def asked(**query: str) -> Range:
    """Return the range of an address."""
    return chosen(query, NOW)


class RangeTests(SimpleTestCase):
    """What is shown."""

    def test_the_last_hour_unless_asked_otherwise(self) -> None:
        self.assertEqual(asked().window, asked(range="hour").window)
        for span, length in SPANS.items():
            found = asked(range=span)
            self.assertEqual((found.since, found.until, found.complaint), (NOW - length, NOW, ""))

    def test_two_ends_are_utc_unless_they_say_otherwise(self) -> None:
        found = asked(since="2026-03-09T10:00", until="2026-03-09T14:00+02:00")
        self.assertEqual((found.since.hour, found.until.hour, found.complaint, found.span), (10, 12, "", ""))

    def test_one_end_is_enough(self) -> None:
        self.assertEqual(asked(since="2026-03-10T10:00").until, NOW)
        self.assertEqual(asked(until="2026-03-10T10:00").length, timedelta(hours=1))

    def test_a_wrong_range_is_the_last_hour_and_says_why(self) -> None:
        for query, words in (
            ({"since": "yesterday"}, "is no time"),
            ({"since": "<script>"}, "is no time"),
            ({"since": "0001-01-01T00:00+14:00"}, "is no time"),
            ({"since": "2026-03-10T11:00", "until": "2026-03-10T10:00"}, "ends before it begins"),
            ({"since": "2027-01-01T00:00"}, "in the future"),
            ({"until": "0001-01-01T00:00"}, "five years back"),
            ({"range": "decade"}, "no such range"),
        ):
            with self.subTest(query):
                found = asked(**query)
                self.assertIn(words, found.complaint)
                self.assertEqual((found.span, found.length), ("hour", timedelta(hours=1)))

    def test_it_is_never_too_long_too_short_or_in_the_future(self) -> None:
        self.assertEqual(asked(since="0001-01-01T00:00", until="9999-12-31T23:59").window, asked_longest())
        self.assertEqual(asked(since="2026-03-10T09:59", until="2026-03-10T10:00").length, SHORTEST)

    def test_what_is_shown_instead_of_what_was_asked_for_is_said(self) -> None:
        short, future, long = "shorter than 10 minutes", "ends in the future", "longer than five years"
        for since, until, words in (
            ("2026-03-10T09:51", "2026-03-10T10:00", [short]),
            ("2026-03-10T09:50", "2026-03-10T10:00", []),
            ("2026-03-10T11:00", "2026-03-10T13:00", [future]),
            ("2026-03-10T11:58", "2026-03-10T13:00", [future, short]),
            ("2026-03-10T11:00", "2026-03-10T12:01", []),
            ("2020-03-10T11:00", "2026-03-10T12:00", [long]),
        ):
            with self.subTest(since=since, until=until):
                complaint = asked(since=since, until=until).complaint
                self.assertEqual([said for said in (future, short, long) if said in complaint], words)


class AroundTests(SimpleTestCase):
    """What lies around a range."""

    def test_earlier_and_later_lead_there_and_back(self) -> None:
        before = asked(**ends(asked(range="day").earlier.query))
        self.assertEqual((before.since, before.until), (NOW - timedelta(days=2), NOW - timedelta(days=1)))
        self.assertEqual(before.later, "?range=day")
        self.assertEqual(asked(range="day").later, "")

    def test_later_ends_now_at_the_latest(self) -> None:
        found = asked(since="2026-03-10T08:00", until="2026-03-10T11:00")
        self.assertEqual(found.later, "?since=2026-03-10T09:00&until=2026-03-10T12:00")

    def test_zooming_out_is_four_times_as_long_until_there_is_no_more(self) -> None:
        wider = asked(since="2026-03-01T08:00", until="2026-03-01T12:00").wider
        assert wider is not None
        self.assertEqual(wider.query, "?since=2026-03-01T02:00&until=2026-03-01T18:00")
        hour = asked().wider
        assert hour is not None
        self.assertEqual((hour.until, hour.until - hour.since), (NOW, timedelta(hours=4)))
        self.assertIsNone(asked(since="2000-01-01").wider)

    def test_its_quarters_are_all_of_it(self) -> None:
        quarters = asked(range="day").quarters
        self.assertEqual(quarters[0][0], "09 Mar 12:00 – 09 Mar 18:00")
        self.assertEqual((quarters[0][1].since, quarters[-1][1].until), (NOW - timedelta(days=1), NOW))
        self.assertEqual(asked(since="2026-03-10T11:00", until="2026-03-10T11:20").quarters, [])

    def test_a_click_shows_a_quarter_around_it_inside_of_the_range(self) -> None:
        day = asked(range="day")
        for hours in range(25):
            at = NOW - timedelta(hours=hours)
            with self.subTest(hours):
                window = day.closer(at)
                self.assertEqual(window.until - window.since, timedelta(hours=6))
                self.assertTrue(day.since <= window.since <= at <= window.until <= day.until)


def asked_longest() -> object:
    """Return the window of all that can be shown."""
    return Range("", NOW - LONGEST, NOW, NOW).window


def ends(query: str) -> dict[str, str]:
    """Return the two ends of a query."""
    return dict(part.split("=", 1) for part in query.removeprefix("?").split("&"))
