"""What is known of the Bot API's methods: which count towards Telegram's limits, and which may be made twice."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

MANY = 512  # names whose kind is remembered
Chat = int | str | None  # an id, an @name in small letters, or none


class Counts(Enum):
    """Towards which of Telegram's limits a call counts."""

    CHAT = "its chat's and the overall one"
    OVERALL = "the overall one only"
    NOTHING = "none that is known"


# "Edits count, answerCallbackQuery is free" (levlam, tdlib/telegram-bot-api#648); that reactions meet the chat's limit
# is bot authors' experience. Of chat actions, drafts, deletions and rights nobody says it: they count overall, to be
# careful.
_CHAT = re.compile(
    r"send(?!ChatAction|MessageDraft)|forward|copy|editMessage|stop|setGameScore|setMessageReaction|pinChatMessage"
)
_NOTHING = re.compile(r"get|answer|(set|delete)(My|Webhook)|close$|logOut")

# May be made twice: whoever reads, sets, deletes, answers or grants the same thing again finds it as the first call
# left it. Sends, copies, creations, payments and gifts are made anew by a second call, and so are not here; nor is
# answerWebAppQuery, which sends. To take the newest photo or pin away takes another one the second time, and to set a
# photo adds it to the album once more.
_TWICE = re.compile(
    r"(?!(set|remove)\w+Photo|unpinChatMessage)"
    r"(get|set|edit|delete|answer(?!WebApp|Guest)|(un)?pin|(un)?ban|restrict|promote|approve|decline|leave|revoke"
    r"|(un)?hide|(close|reopen)(General)?Forum|verify|remove|read|stopMessage)[A-Z]\w*|sendChatAction|sendMessageDraft"
)
# Calls that make several messages, and the parameter whose items they are.
_SEVERAL = {"sendMediaGroup": "media", "copyMessages": "message_ids", "forwardMessages": "message_ids"}


@lru_cache(MANY)
def counts(method: str) -> Counts:
    """Return what a call of this method counts towards."""
    if _CHAT.match(method):
        return Counts.CHAT
    return Counts.NOTHING if _NOTHING.match(method) else Counts.OVERALL


@lru_cache(MANY)
def may_be_repeated(method: str) -> bool:
    """Tell whether a call whose outcome is unknown may be made again."""
    return bool(_TWICE.fullmatch(method))


def chat_of(data: Mapping[str, Any]) -> Chat:
    """Return the chat that the call's parameters name; the same one for 7, "7" and so on."""
    chat = data.get("chat_id")
    if type(chat) is int:
        return chat
    if chat is None or chat == "":
        return None
    text = str(chat).strip().lower()
    return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else text[:64]


def is_paid(data: Mapping[str, Any]) -> bool:
    """Tell whether the call goes by the pace that the bot pays for; core.telegram.org/bots/faq."""
    return bool(data.get("allow_paid_broadcast"))


def messages_of(method: str, data: Mapping[str, Any]) -> int:
    """Return how many messages the call makes: an album or a list of copies has several."""
    items = data.get(_SEVERAL.get(method, ""))
    return max(1, len(items)) if isinstance(items, Sequence) and not isinstance(items, str) else 1
