"""Quiet hours: when they are over, over midnight and over a clock that is set back; what operators may write."""

from datetime import UTC, datetime

from django.test import SimpleTestCase

from botcore.broadcasts.quiet import over_at
from botcore.exceptions import ValidationError
from botcore.runtime.setting_times import Hours, Zone

HOURS, ZONE = Hours("quiet", "help", ""), Zone("zone", "help", "UTC")


def at(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class QuietTests(SimpleTestCase):
    """Moments, in UTC."""

    def test_when_they_are_over(self) -> None:
        for now, hours, zone, expected in (
            ("2026-11-30 21:59", "22:00-08:00", "UTC", None),
            ("2026-11-30 22:00", "22:00-08:00", "UTC", "2026-12-01 08:00"),
            ("2026-12-01 07:59", "22:00-08:00", "UTC", "2026-12-01 08:00"),
            ("2026-12-01 08:00", "22:00-08:00", "UTC", None),
            ("2026-11-30 13:00", "12:00-14:00", "UTC", "2026-11-30 14:00"),
            ("2026-11-30 21:00", "22:00-08:00", "Europe/Berlin", "2026-12-01 07:00"),
            ("2026-10-24 22:00", "22:00-08:00", "Europe/Berlin", "2026-10-25 07:00"),  # the clock is set back between
            ("2026-11-30 13:00", "", "UTC", None),
        ):
            with self.subTest(now, hours=hours, zone=zone):
                self.assertEqual(over_at(at(now), hours, zone), expected and at(expected))

    def test_hours_are_two_times_that_differ(self) -> None:
        for typed, expected in ((" 22:00 – 08:00 ", "22:00-08:00"), ("off", ""), ("", ""), ("00:00-23:59",) * 2):
            self.assertEqual(HOURS.parse(typed), expected)
        for typed in ("22-8", "22:00", "24:00-08:00", "22:00-22:00", "22:00-08:60", "22:00-08:00-09:00"):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, "such as 22:00-08:00"):
                HOURS.parse(typed)

    def test_a_zone_is_one_that_there_is(self) -> None:
        self.assertEqual(ZONE.parse(" Europe/Berlin "), "Europe/Berlin")
        for typed in ("", "Berlin", "../etc/passwd", "europe/berlin"):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, "Europe/Berlin"):
                ZONE.parse(typed)
