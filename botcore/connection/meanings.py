"""What an error of the Bot API means for the chat and for the call, by Telegram's own words; what an update means.

The texts are those of telegram-bot-api's Client.cpp; they come with the prefix "Forbidden: " or "Bad Request: ".
"""

from enum import StrEnum

import telegram
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from botcore.connection.errors import NotSent
from botcore.people.models import Reach


class Meaning(StrEnum):
    """What became of a call, or of its chat."""

    BLOCKED = "blocked"  # the person blocked the bot
    KICKED = "kicked"  # the bot is not in the group or channel
    DEACTIVATED = "deactivated"  # the account is deleted
    CHAT_GONE = "chat_gone"  # the group is deleted
    MIGRATED = "migrated"  # the group has a new id, in the error's new_chat_id
    BENIGN = "benign"  # all is as the caller wished
    ENTITIES = "entities"  # the text's markup is broken
    FLOOD = "flood"  # too many calls
    REJECTED = "rejected"  # the token is not accepted
    CONFLICT = "conflict"  # somebody else uses the token
    UNCERTAIN = "uncertain"  # no answer: the call may have been obeyed
    NOT_SENT = "not_sent"  # the call did not reach Telegram
    REFUSED = "refused"  # Telegram says no, and will say so again


FORBIDDEN = (
    ("bot was blocked by the user", Meaning.BLOCKED),
    ("user is deactivated", Meaning.DEACTIVATED),
    ("bot was kicked from", Meaning.KICKED),  # … the group chat, the supergroup chat, the channel chat
    ("bot is not a member of", Meaning.KICKED),  # … the supergroup chat, the channel chat
    ("the group chat was deleted", Meaning.CHAT_GONE),
)
# What is wished is so already, or nobody waits for it any more. A pre-checkout or shipping query that is too old is
# not among them: its payment has failed.
BENIGN = (
    ("message is not modified", ("editMessage", "stopMessageLiveLocation", "setGameScore")),
    ("query is too old", ("answerCallbackQuery", "answerInlineQuery")),
    ("query id is invalid", ("answerCallbackQuery", "answerInlineQuery")),
    ("message to delete not found", ("deleteMessage",)),
)


def meaning(error: BaseException, method: str) -> Meaning:
    """Return what the error means for a call of this method."""
    if isinstance(error, NotSent):
        return Meaning.NOT_SENT
    for kind, means in (
        (ChatMigrated, Meaning.MIGRATED),
        (RetryAfter, Meaning.FLOOD),
        (Conflict, Meaning.CONFLICT),
    ):
        if isinstance(error, kind):
            return means
    words = error.message.lower() if isinstance(error, TelegramError) else ""
    if isinstance(error, Forbidden):
        return next((means for text, means in FORBIDDEN if text in words), Meaning.REFUSED)
    if isinstance(error, InvalidToken | EndPointNotFound):
        return Meaning.REFUSED if "method not found" in words else Meaning.REJECTED
    if isinstance(error, BadRequest):
        return _of_bad_request(words, method)
    return Meaning.UNCERTAIN  # no answer, or one that nobody can read


def _of_bad_request(words: str, method: str) -> Meaning:
    if any(text in words and method.startswith(methods) for text, methods in BENIGN):
        return Meaning.BENIGN
    return Meaning.ENTITIES if "can't parse entities" in words else Meaning.REFUSED


def reach_after(update: telegram.Update) -> Reach:
    """Tell whether the bot can still write to the chat after the update; parts of it may be missing."""
    chat, message = update.effective_chat, update.message
    member = update.my_chat_member.new_chat_member if update.my_chat_member else None
    if chat and member and member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}:
        return Reach.BLOCKED if chat.type == ChatType.PRIVATE else Reach.KICKED
    if message and message.left_chat_member and message.left_chat_member.id == update.get_bot().id:
        return Reach.KICKED
    return Reach.OPEN
