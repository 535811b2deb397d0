"""What is called again, how long, and what is marked as uncertain; in virtual time."""

import re
from collections.abc import Iterable
from typing import Any

from django.test import SimpleTestCase
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from botcore import metrics
from botcore.connection.errors import (
    NotConnected,
    NotSent,
    PoolTimedOut,
    UncertainError,
    UncertainNetworkError,
    UncertainTimeoutError,
)
from botcore.connection.methods import Counts, chat_of, counts, may_be_repeated, messages_of
from botcore.connection.retry import repeat
from tests.virtual_time import START, now, run

# The library's own list: the camelCase names of its methods.
KNOWN = frozenset(name for name in vars(Bot) if re.fullmatch(r"[a-z]+([A-Z][a-z]*)+|close", name))
SERVER = NetworkError("Internal Server Error: restart")


class Telegram:
    """Fails as it is told, then answers."""

    def __init__(self, errors: Iterable[BaseException]) -> None:
        self.errors = list(errors)
        self.asked: list[float] = []

    async def call(self) -> str:
        """Be asked."""
        self.asked.append(now() - START)
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def ask(method: str, errors: Iterable[BaseException], **options: Any) -> tuple[str | BaseException, list[float]]:
    """Return how it ended, and when Telegram was asked."""

    async def story() -> tuple[str | BaseException, list[float]]:
        telegram = Telegram(errors)
        try:
            return await repeat(telegram.call, method, **options), telegram.asked
        except TelegramError as exc:
            return exc, telegram.asked

    return run(story())


class RetryTests(SimpleTestCase):
    """Calls that fail."""

    def test_what_may_be_made_twice_is_made_again_with_growing_waits(self) -> None:
        outcome, asked = ask("editMessageText", [SERVER, TimedOut(), NetworkError("reset")])
        self.assertEqual((outcome, len(asked)), ("done", 4))
        for seen, expected in zip(asked[1:], [0.2, 0.6, 1.4], strict=True):
            self.assertTrue(expected <= seen <= expected + 0.6, asked)

    def test_it_ends_at_the_deadline_with_the_last_error(self) -> None:
        outcome, asked = ask("getChat", [NetworkError(str(number)) for number in range(100)])
        self.assertEqual(str(outcome), str(len(asked) - 1))
        self.assertTrue(10 < asked[-1] <= 15, asked)

    def test_a_send_that_may_have_arrived_is_not_made_again_but_marked(self) -> None:
        cases = [
            (TimedOut(), UncertainTimeoutError),
            (SERVER, UncertainNetworkError),
            (NetworkError("Bad Gateway (502)"), UncertainNetworkError),
            (TelegramError("Invalid server response"), UncertainNetworkError),
        ]
        for error, expected in cases:
            with self.subTest(error):
                outcome, asked = ask("sendMessage", [error])
                self.assertEqual(len(asked), 1)
                self.assertIs(type(outcome), expected)
                self.assertIsInstance(outcome, UncertainError)
                self.assertIs(getattr(outcome, "__cause__", None), error)
                self.assertEqual(str(outcome), str(error))
                self.assertIsInstance(outcome, TimedOut if isinstance(error, TimedOut) else NetworkError)

    def test_a_send_that_did_not_leave_is_made_again(self) -> None:
        for error in (PoolTimedOut(), NotConnected("refused")):
            with self.subTest(error):
                outcome, asked = ask("sendMessage", [error, error])
                self.assertEqual((outcome, len(asked)), ("done", 3))

    def test_a_send_that_first_did_not_leave_and_then_may_have_arrived_is_uncertain(self) -> None:
        outcome, asked = ask("sendMessage", [PoolTimedOut(), TimedOut()])
        self.assertIsInstance(outcome, UncertainTimeoutError)
        self.assertEqual(len(asked), 2)

    def test_what_is_uncertain_already_is_not_wrapped_once_more(self) -> None:
        error = UncertainNetworkError("Invalid server response")
        self.assertEqual(ask("sendMessage", [error]), (error, [0.0]))

    def test_one_that_never_left_is_not_uncertain(self) -> None:
        outcome, _ = ask("sendMessage", [NotConnected("refused")] * 100)
        self.assertIs(type(outcome), NotConnected)

    def test_what_can_never_be_sent_is_not_tried_again(self) -> None:
        class FileGoneError(NotSent, TelegramError):
            again = False

        error = FileGoneError("the file is gone")
        self.assertEqual(ask("sendDocument", [error]), (error, [0.0]))

    def test_refusals_are_final(self) -> None:
        for error in (BadRequest("chat not found"), Forbidden("blocked"), NetworkError("Request Entity Too Large")):
            with self.subTest(error):
                self.assertEqual(ask("editMessageText", [error]), (error, [0.0]))
                self.assertEqual(ask("sendMessage", [error]), (error, [0.0]))

    def test_retries_are_counted_by_method_and_reason(self) -> None:
        def counted(method: str, reason: str) -> float:
            return float(metrics.API_RETRIES.labels(method, reason)._value.get())

        before = [counted("getMe", reason) for reason in metrics.RETRY_REASONS]
        ask("getMe", [NetworkError("reset"), TimedOut(), SERVER, PoolTimedOut()])
        self.assertEqual([counted("getMe", reason) for reason in metrics.RETRY_REASONS], [
            before[0] + 1, before[1] + 1, before[2] + 1, before[3], before[4] + 1,
        ])  # fmt: skip
        self.assertEqual(metrics.method_label("dropTables"), "other")


class MethodTests(SimpleTestCase):
    """What is known of methods."""

    def test_nothing_that_says_pays_or_creates_may_be_made_twice(self) -> None:
        words = ("send", "forward", "copy", "create", "gift", "transfer", "post", "refund", "upgrade", "convert", "add")
        twice = {method for method in KNOWN if method.startswith(words) and may_be_repeated(method)}
        self.assertEqual(twice, {"sendChatAction", "sendMessageDraft"})
        for method in ("answerWebAppQuery", "answerGuestQuery", "stopPoll", "logOut", "close", "sendNewThing"):
            self.assertFalse(may_be_repeated(method), method)

    def test_reading_setting_deleting_and_answering_may(self) -> None:
        words = ("get", "set", "delete", "edit", "ban", "unban", "pin", "unpin", "remove")
        once = {method for method in KNOWN if method.startswith(words) and not may_be_repeated(method)}
        self.assertEqual(
            once,
            {
                "unpinChatMessage",  # without a message_id it takes the newest pin, and then the next one
                "removeMyProfilePhoto",
                "removeBusinessAccountProfilePhoto",
                "setMyProfilePhoto",
                "setBusinessAccountProfilePhoto",
                "setChatPhoto",
            },
        )

    def test_towards_what_methods_count(self) -> None:
        for kind, methods in {
            Counts.CHAT: "sendMessage sendPhoto editMessageText copyMessages forwardMessage setMessageReaction",
            Counts.OVERALL: "sendChatAction deleteMessage banChatMember createForumTopic sendMessageDraft",
            Counts.NOTHING: "answerCallbackQuery answerInlineQuery answerPreCheckoutQuery getChat getMe setMyCommands "
            "deleteMyCommands setWebhook deleteWebhook close logOut",
        }.items():
            for method in methods.split():
                self.assertIs(counts(method), kind, method)

    def test_a_chat_is_the_same_however_it_is_written(self) -> None:
        for value, chat in [(7, 7), ("7", 7), (" -100 ", -100), ("@Name", "@name"), ("", None), (None, None)]:
            self.assertEqual(chat_of({"chat_id": value}), chat)
        self.assertEqual(chat_of({}), None)
        self.assertEqual(chat_of({"chat_id": "9" * 500}), "9" * 64)

    def test_albums_and_lists_of_copies_are_several_messages(self) -> None:
        self.assertEqual(messages_of("sendMediaGroup", {"media": ["a", "b", "c"]}), 3)
        self.assertEqual(messages_of("copyMessages", {"message_ids": (1, 2)}), 2)
        self.assertEqual(messages_of("deleteMessages", {"message_ids": [1, 2]}), 1)
        self.assertEqual(messages_of("sendMessage", {"media": [1, 2]}), 1)
        self.assertEqual(messages_of("sendMediaGroup", {}), 1)
