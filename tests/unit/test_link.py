"""How the link to Telegram is judged by its calls. The clock stands still until a test moves it."""

import unittest

from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from botcore.connection.link import CALM_SECONDS, DOWN_SECONDS, SLOW_SECONDS, WINDOW, Link, LinkState, is_quick
from botcore.connection.link_watch import is_answer

UP, DEGRADED, DOWN = LinkState.UP, LinkState.DEGRADED, LinkState.DOWN


class LinkTests(unittest.TestCase):
    """One link."""

    def setUp(self) -> None:
        """Begin without a call."""
        self.now = 1000.0
        self.states: list[LinkState] = []
        self.link = Link(lambda _, state: self.states.append(state), clock=lambda: self.now)

    def calls(self, count: int = 1, *, ok: bool = True, seconds: float = 0.1, method: str = "sendMessage") -> None:
        """Let calls end in the same moment."""
        for _ in range(count):
            self.link.note(ok=ok, seconds=seconds, method=method, why="" if ok else "NetworkError: refused")

    def passes(self, seconds: float, *, calls: int = 0) -> None:
        """Let time pass, with so many good calls in each second."""
        for _ in range(int(seconds)):
            self.now += 1
            self.calls(calls)
            self.link.look()

    def test_it_connects_until_the_first_answer_however_long_that_takes(self) -> None:
        self.calls(10, ok=False)
        self.passes(3600)
        self.assertEqual((self.link.state, self.states), (LinkState.CONNECTING, []))
        self.calls()
        self.assertEqual(self.states, [UP])
        self.calls(2, ok=False)  # what failed before the first answer no longer counts
        self.assertEqual(self.states, [UP])

    def test_calls_that_hang_together_while_others_succeed_are_no_silence(self) -> None:
        self.passes(20, calls=10)
        self.calls(2, ok=False, seconds=DOWN_SECONDS + 5)
        self.assertEqual(self.states, [UP])
        self.passes(DOWN_SECONDS)
        self.assertEqual(self.states, [UP, DOWN])  # now nothing has succeeded for so long

    def test_a_blip_is_no_trouble(self) -> None:
        self.calls()
        self.calls(2, ok=False)
        self.calls()
        self.passes(WINDOW)
        self.assertEqual(self.states, [UP])

    def test_it_is_degraded_when_a_tenth_of_the_calls_fails_and_up_after_a_calm_time(self) -> None:
        self.calls(27)
        self.calls(3, ok=False)
        self.calls()
        self.assertEqual(self.states, [UP, DEGRADED])
        self.assertEqual(
            self.link.words, "Some calls to Telegram fail or are slow, the last one sendMessage: NetworkError: refused."
        )
        self.passes(CALM_SECONDS - 1)
        self.assertEqual(self.states, [UP, DEGRADED])
        self.passes(1)
        self.assertEqual((self.states, self.link.words), ([UP, DEGRADED, UP], ""))
        self.calls(ok=False)
        self.calls()
        self.assertEqual(self.link.state, UP)  # old trouble does not count once more

    def test_a_few_failures_among_many_calls_are_none(self) -> None:
        self.calls(1000)
        self.calls(90, ok=False)
        self.assertEqual(self.states, [UP])

    def test_a_busy_link_is_up_again_although_one_call_in_a_hundred_fails(self) -> None:
        self.calls(10)
        self.calls(5, ok=False)
        for _ in range(20):
            self.passes(1, calls=100)
            self.calls(1, ok=False)
            self.calls()
        self.assertEqual(self.states, [UP, DEGRADED, UP])

    def test_it_does_not_flap_while_trouble_goes_on(self) -> None:
        self.calls()
        for _ in range(30):
            self.passes(4)
            self.calls(2, ok=False)
            self.calls()
        self.assertEqual(self.states, [UP, DEGRADED])

    def test_slow_calls_are_trouble_unless_they_wait_or_carry_files(self) -> None:
        for method in ("getUpdates", "sendDocument", "sendVideo", "setWebhook", "editMessageMedia"):
            self.calls(5, seconds=SLOW_SECONDS + 20, method=method)
        self.assertEqual(self.states, [UP])
        self.calls(5, seconds=SLOW_SECONDS + 1)
        self.assertEqual(self.states, [UP, DEGRADED])
        self.assertIn("sendMessage: 6 s", self.link.words)

    def test_it_is_down_when_nothing_succeeds_and_says_since_when(self) -> None:
        self.calls()
        self.calls(2, ok=False)
        self.passes(DOWN_SECONDS - 1)
        self.assertNotIn(DOWN, self.states)
        self.passes(1)
        self.assertEqual(self.states, [UP, DOWN])
        self.assertRegex(self.link.words, r"^No call to Telegram has succeeded since \d\d:\d\d:\d\d UTC, .*refused\.$")
        words = self.link.words
        self.passes(60)
        self.assertEqual(self.link.words, words)

    def test_one_call_that_hangs_is_its_own_fault(self) -> None:
        self.calls()
        self.calls(ok=False, seconds=40)
        self.passes(60)
        self.assertEqual(self.states, [UP])
        self.calls(ok=False)
        self.assertEqual(self.states, [UP, DOWN])

    def test_after_an_outage_it_is_degraded_until_it_has_been_calm(self) -> None:
        self.calls()
        self.calls(5, ok=False)
        self.passes(DOWN_SECONDS)
        self.calls(ok=False)
        self.calls()
        self.assertEqual(self.states[-2:], [DOWN, DEGRADED])
        self.calls(ok=False)
        self.calls()
        self.passes(CALM_SECONDS - 1)
        self.assertEqual(self.link.state, DEGRADED)
        self.passes(1)
        self.assertEqual(self.link.state, UP)

    def test_after_an_outage_in_which_nobody_tried_for_long_the_first_answer_makes_it_up(self) -> None:
        self.calls()
        self.calls(5, ok=False)
        self.passes(DOWN_SECONDS + CALM_SECONDS)
        self.calls()
        self.assertEqual(self.states[-2:], [DOWN, UP])

    def test_silence_is_no_trouble(self) -> None:
        self.calls()
        self.passes(3600)
        self.assertEqual(self.states, [UP])

    def test_what_telegram_refuses_is_an_answer(self) -> None:
        answers: list[Exception] = [BadRequest("x"), Forbidden("x"), RetryAfter(1), Conflict("x"), ChatMigrated(-1)]
        for error in answers:
            self.assertTrue(is_answer(error), error)
        silence: list[Exception] = [NetworkError("x"), TimedOut(), ValueError("garbled")]
        for error in silence:
            self.assertFalse(is_answer(error), error)

    def test_calls_that_say_something_by_their_time(self) -> None:
        for method in ("sendMessage", "getMe", "editMessageText", "answerCallbackQuery", "sendPoll", "sendChatAction"):
            self.assertTrue(is_quick(method), method)
        for method in ("sendMediaGroup", "sendVideoNote", "uploadStickerFile", "addStickerToSet", "setChatPhoto"):
            self.assertFalse(is_quick(method), method)
