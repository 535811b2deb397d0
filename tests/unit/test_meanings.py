"""What Telegram's words mean, as the library hands them on."""

import unittest

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from botcore import metrics
from botcore.connection.errors import NotSent
from botcore.connection.meanings import Meaning, meaning

QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"
SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"


class NotSentTimeout(NotSent, TimedOut):
    """What the transport raises when no connection became free."""


class MeaningTests(unittest.TestCase):
    """Every text of the list in telegram-bot-api's Client.cpp that has a consequence, and its neighbours."""

    def means(self, expected: Meaning, *errors: Exception, method: str = "sendMessage") -> None:
        """Check what each error means."""
        for error in errors:
            with self.subTest(f"{method}: {error}"):
                self.assertEqual(meaning(error, method), expected)

    def test_a_chat_that_cannot_be_reached(self) -> None:
        self.means(Meaning.BLOCKED, Forbidden("Forbidden: bot was blocked by the user"))
        self.means(Meaning.DEACTIVATED, Forbidden("Forbidden: user is deactivated"))
        kinds = ("group", "supergroup", "channel")
        self.means(Meaning.KICKED, *(Forbidden(f"Forbidden: bot was kicked from the {kind} chat") for kind in kinds))
        self.means(
            Meaning.KICKED, *(Forbidden(f"Forbidden: bot is not a member of the {kind} chat") for kind in kinds[1:])
        )
        self.means(Meaning.CHAT_GONE, Forbidden("Forbidden: the group chat was deleted"))

    def test_what_is_forbidden_for_other_reasons_says_nothing_about_the_chat(self) -> None:
        self.means(
            Meaning.REFUSED,
            Forbidden("Forbidden: bot can't initiate conversation with a user"),
            Forbidden("Forbidden: the bot can't send messages to the bot"),
            Forbidden("Forbidden: not enough rights"),
            BadRequest("Bad Request: chat not found"),
            BadRequest(UPGRADED),  # without the new id nobody can follow
        )

    def test_what_is_as_the_caller_wished(self) -> None:
        for method in ("editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"):
            self.means(Meaning.BENIGN, BadRequest(SAME), method=method)
        self.means(Meaning.BENIGN, BadRequest(QUERY), method="answerCallbackQuery")
        self.means(Meaning.BENIGN, BadRequest(QUERY), method="answerInlineQuery")
        self.means(Meaning.BENIGN, BadRequest("Bad Request: message to delete not found"), method="deleteMessage")

    def test_the_same_words_elsewhere_are_errors(self) -> None:
        self.means(Meaning.REFUSED, BadRequest(QUERY), method="answerPreCheckoutQuery")
        self.means(Meaning.REFUSED, BadRequest(QUERY), method="answerShippingQuery")
        self.means(Meaning.REFUSED, BadRequest("Bad Request: message to delete not found"), method="forwardMessage")
        self.means(Meaning.REFUSED, BadRequest("Bad Request: message can't be deleted"), method="deleteMessage")
        self.means(Meaning.REFUSED, BadRequest("Bad Request: message to edit not found"), method="editMessageText")

    def test_broken_markup(self) -> None:
        for words in (
            'Can\'t find end tag corresponding to start tag "b"',
            "Unsupported start tag",
            "Character '.' is",
        ):
            self.means(Meaning.ENTITIES, BadRequest(f"Bad Request: can't parse entities: {words}"))
        self.means(Meaning.REFUSED, BadRequest("Bad Request: unsupported parse_mode"))

    def test_what_concerns_the_link_or_the_token(self) -> None:
        self.means(Meaning.MIGRATED, ChatMigrated(-1001))
        self.means(Meaning.FLOOD, RetryAfter(5))
        self.means(Meaning.CONFLICT, Conflict("Conflict: terminated by other getUpdates request"))
        self.means(Meaning.REJECTED, InvalidToken("Unauthorized"), InvalidToken("Not Found"), EndPointNotFound("x"))
        self.means(Meaning.REFUSED, InvalidToken("Not Found: method not found"))
        self.means(Meaning.NOT_SENT, NotSentTimeout())
        self.means(Meaning.UNCERTAIN, TimedOut(), NetworkError("Internal Server Error: restart"))
        self.means(Meaning.UNCERTAIN, TelegramError("Invalid server response"), KeyError("result"))

    def test_every_meaning_has_its_series_from_the_start(self) -> None:
        (family,) = metrics.API_CONSEQUENCES.collect()
        self.assertEqual({sample.labels["meaning"] for sample in family.samples}, set(Meaning))
