"""A token that is rejected: at the start that is final, later it may be a server that restarts."""

import unittest

from telegram.error import EndPointNotFound, InvalidToken, NetworkError, TelegramError

from botcore.connection.judge import REJECTED_SECONDS, TokenJudge
from botcore.connection.link_watch import LinkWatch
from botcore.exceptions import ConfigurationError

SENTENCE = "TELEGRAM_BOT_TOKEN was rejected by http://telegram: write the token"


class JudgeTests(unittest.TestCase):
    """A judge whose clock the tests move, and a watch that reports to it."""

    def setUp(self) -> None:
        """Begin."""
        self.now = 0.0
        self.told: list[tuple[str, str, str]] = []
        self.judge = TokenJudge("http://telegram", tell=self.tell, clock=lambda: self.now)
        self.watch = LinkWatch("http://telegram", tell=self.tell, judge=self.judge, clock=lambda: self.now)

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    def call(self, error: Exception | None = None) -> None:
        """Make one call."""
        try:
            with self.watch.calling("sendMessage"):
                if error:
                    raise error
        except TelegramError as exc:
            self.assertIs(exc, error)

    def test_the_very_first_answer_is_final(self) -> None:
        error = self.judge.rejected()
        self.assertIsInstance(error, ConfigurationError)
        self.assertTrue(str(error).startswith(SENTENCE))

    def test_after_an_answer_or_an_outage_it_waits_a_minute(self) -> None:
        for prepare in (TokenJudge.accepted, TokenJudge.be_patient):
            with self.subTest(prepare.__name__):
                self.judge = TokenJudge("http://telegram", tell=self.tell, clock=lambda: self.now)
                prepare(self.judge)
                self.assertIsInstance(self.judge.rejected(), TelegramError)
                self.now += REJECTED_SECONDS - 0.1
                self.assertIsInstance(self.judge.rejected(), TelegramError)
                self.assertTrue(self.judge.in_doubt)
                self.now += 0.1
                self.assertIsInstance(self.judge.rejected(), ConfigurationError)

    def test_any_success_begins_the_minute_anew(self) -> None:
        self.call()
        self.call(InvalidToken("Unauthorized"))
        self.now += REJECTED_SECONDS
        self.call()
        self.assertFalse(self.judge.in_doubt)
        self.call(InvalidToken("Unauthorized"))
        self.assertIsInstance(self.judge.rejected(), TelegramError)

    def test_the_operators_hear_of_it_once_whoever_asks(self) -> None:
        self.call()
        self.call(InvalidToken("Unauthorized"))
        self.assertEqual(self.told, [])
        self.assertIn("rejects the bot's token", self.watch.words)
        self.now += REJECTED_SECONDS
        for _ in range(3):
            self.call(EndPointNotFound("Endpoint 'getUpdates' not found in Bot API"))
            self.judge.rejected()
        alerts = [event for event in self.told if event[0] == "token"]
        self.assertEqual([(level, text.startswith(SENTENCE)) for _, level, text in alerts], [("error", True)])

    def test_a_send_alone_never_says_that_the_process_ends_and_a_later_end_is_told_again(self) -> None:
        self.call()
        for _ in range(2):
            self.call(InvalidToken("Unauthorized"))
            self.now += REJECTED_SECONDS
        self.assertEqual([event for event in self.told if event[0] == "token"], [])
        for _ in range(2):
            self.judge.rejected()
            self.now += REJECTED_SECONDS
            self.judge.rejected()
            self.call()
        self.assertEqual([event[0] for event in self.told if event[0] == "token"], ["token"] * 2)

    def test_a_method_that_the_server_does_not_know_says_nothing_about_the_token(self) -> None:
        self.call()
        self.call(InvalidToken("Not Found: method not found"))
        self.assertFalse(self.judge.in_doubt)

    def test_other_failures_neither_accept_nor_reject(self) -> None:
        self.call()
        self.call(InvalidToken("Unauthorized"))
        self.call(NetworkError("refused"))
        self.assertTrue(self.judge.in_doubt)
