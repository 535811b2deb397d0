"""What is known of polling: who else polls, when Telegram last answered, whether the loop turns. No real clock."""

import unittest

from botcore import metrics
from botcore.intake.watch import QUIET, SETTLING, Watch

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"


class WatchTests(unittest.TestCase):
    """A watch whose clock stands still until a test moves it."""

    def setUp(self) -> None:
        """Begin to poll."""
        self.now = 1000.0
        self.told: list[tuple[str, str, str]] = []
        self.watch = Watch(self.tell, clock=lambda: self.now)
        self.watch.begin()
        self.addCleanup(metrics.FOREIGN_POLLER.set, 0)

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    def conflicts(self, count: int, words: str = OTHER) -> None:
        """Telegram refuses so often, every 5 s."""
        with self.assertLogs("botcore.intake.watch", "INFO"):
            for _ in range(count):
                self.now += 5
                self.watch.conflict(words)

    def test_one_conflict_after_a_take_over_is_the_process_that_polled_before(self) -> None:
        self.conflicts(1)
        self.assertEqual((self.watch.trouble, self.told, metrics.FOREIGN_POLLER._value.get()), ("", [], 0))

    def test_a_second_one_is_somebody_else_who_is_named_once(self) -> None:
        self.conflicts(20)
        self.assertTrue(self.watch.trouble.startswith("Someone else polls this token"))
        self.assertEqual(self.told, [("foreign_poller", "error", self.watch.trouble)])
        self.assertEqual(metrics.FOREIGN_POLLER._value.get(), 1)

    def test_a_single_one_after_a_quiet_time_is_somebody_else(self) -> None:
        self.now += SETTLING
        self.conflicts(1)
        self.assertTrue(self.watch.trouble.startswith("Someone else polls this token"))

    def test_a_webhook_that_somebody_set_is_called_by_its_name(self) -> None:
        self.conflicts(2, WEBHOOK)
        self.assertTrue(self.watch.trouble.startswith("Someone has set a webhook for this token"))

    def test_answers_between_conflicts_do_not_end_the_trouble(self) -> None:
        self.conflicts(2)
        self.now += QUIET
        self.watch.answered()
        self.assertNotEqual(self.watch.trouble, "")
        self.now += 1
        self.watch.answered()
        self.assertEqual((self.watch.trouble, metrics.FOREIGN_POLLER._value.get()), ("", 0))
        self.assertEqual(self.told[1:], [("foreign_poller", "info", "Nobody else polls this token any more.")])

    def test_a_loop_that_is_rebuilt_forgets_nothing_of_it(self) -> None:
        self.conflicts(2)
        self.watch.begin()
        self.watch.answered()
        self.assertNotEqual(self.watch.trouble, "")
        self.assertEqual(len(self.told), 1)

    def test_a_process_that_polls_no_more_says_nothing_of_others(self) -> None:
        self.conflicts(2)
        self.watch.end()
        self.assertEqual((self.watch.trouble, metrics.FOREIGN_POLLER._value.get()), ("", 0))
        self.watch.begin()
        self.conflicts(1)
        self.assertEqual(self.watch.trouble, "")

    def test_a_loop_is_stuck_when_no_call_ends_and_deaf_when_none_succeeds(self) -> None:
        self.now += 50
        self.assertEqual((self.watch.stuck_for(), self.watch.deaf_for()), (50, 50))
        self.watch.failed()
        self.now += 10
        self.assertEqual((self.watch.stuck_for(), self.watch.deaf_for()), (10, 60))
        self.watch.answered()
        self.now += 7
        self.assertEqual((self.watch.stuck_for(), self.watch.deaf_for()), (7, 7))
        self.watch.begin()
        self.assertEqual((self.watch.stuck_for(), self.watch.deaf_for()), (0, 0))

    def test_a_flood_wait_of_an_hour_is_no_hang(self) -> None:
        self.watch.failed(3600)
        self.now += 3600
        self.assertEqual(self.watch.stuck_for(), 0)
        self.assertEqual(self.watch.deaf_for(), 3600)

    def test_the_moment_of_an_answer_is_kept_for_the_heartbeat(self) -> None:
        self.assertIsNone(self.watch.last_poll_at)
        self.watch.answered()
        first = self.watch.last_poll_at
        self.watch.failed()
        self.assertIsNotNone(first)
        self.assertEqual(self.watch.last_poll_at, first)
