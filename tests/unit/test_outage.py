"""What is said of a time in which nobody polled, and of updates that never came."""

import unittest

from botcore.intake.outage import MOST_MISSED, report_gap, report_outage

HOUR = 3600.0


class OutageTests(unittest.TestCase):
    """Events, or none."""

    def setUp(self) -> None:
        """Tell nothing yet."""
        self.told: list[tuple[str, str, str]] = []

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    def test_a_first_start_and_a_restart_are_no_outage(self) -> None:
        for seconds in (None, 0.0, 59.9):
            report_outage(self.tell, seconds)
        self.assertEqual(self.told, [])

    def test_an_outage_that_telegram_bridged_is_a_warning(self) -> None:
        for seconds in (60.0, 1.5 * HOUR, 2 * HOUR, 24 * HOUR):
            report_outage(self.tell, seconds)
        kept = "Telegram kept the updates"
        self.assertEqual(
            self.told,
            [
                ("outage", "warning", f"nobody polled for 1 min; {kept}"),
                ("outage", "warning", f"nobody polled for 90 min; {kept}"),
                ("outage", "warning", f"nobody polled for 2 h; {kept}"),
                ("outage", "warning", f"nobody polled for 24 h; {kept}"),
            ],
        )

    def test_one_of_more_than_a_day_is_an_error_that_says_what_is_gone(self) -> None:
        report_outage(self.tell, 30 * HOUR)
        self.assertEqual(self.told, [("outage", "error", "down 30 h; up to 6 h of updates are gone")])

    def test_a_gap_says_how_many_are_missing(self) -> None:
        report_gap(self.tell, last_known=100, first_new=104)
        (kind, level, text) = self.told[0]
        self.assertEqual((kind, level), ("gap", "warning"))
        self.assertTrue(text.startswith("3 updates before number 104 never came"), text)

    def test_what_follows_without_a_hole_or_starts_anywhere_is_no_gap(self) -> None:
        report_gap(self.tell, last_known=None, first_new=104)
        report_gap(self.tell, last_known=103, first_new=104)
        report_gap(self.tell, last_known=500_000, first_new=104)  # random numbers after a quiet week
        report_gap(self.tell, last_known=100, first_new=102 + MOST_MISSED)
        self.assertEqual(self.told, [])
