"""Raw JSON → python-telegram-bot's Update, and the profiles of the people and chats in it."""

import json
from datetime import datetime

import telegram

from botcore.connection.meanings import reach_after
from botcore.connection.salvage import UNREADABLE
from botcore.inbox.envelope import BIGINT
from botcore.inbox.store import Pending
from botcore.people.services import ChatProfile, UserProfile
from botcore.validators import storable


def decode(pending: Pending, bot: telegram.Bot) -> telegram.Update:
    """Return the update; raises whatever the library raises for one it cannot read."""
    if pending.update_id < 0:
        raise ValueError("this came without an update_id")
    if pending.kind == UNREADABLE:
        raise ValueError("Telegram's text of this update is no JSON that can be read")
    return telegram.Update.de_json(json.loads(pending.raw), bot)


def user_profile(update: telegram.Update, heard_at: datetime | None = None) -> UserProfile | None:
    """Return the profile of the person behind the update; None for one without a person."""
    user = update.effective_user
    if user is None:
        return None
    return UserProfile(
        id=column_id(user.id, lowest=1),
        first_name=storable(user.first_name)[:64],
        last_name=storable(user.last_name or "")[:64],
        username=storable(user.username or "")[:32],
        telegram_language=storable(user.language_code or "")[:35],
        is_bot=user.is_bot,
        heard_at=heard_at,
    )


def chat_profile(update: telegram.Update, heard_at: datetime | None = None) -> ChatProfile | None:
    """Return the profile of the update's chat; a private chat carries its person's name."""
    chat = update.effective_chat
    if chat is None:
        return None
    return ChatProfile(
        id=column_id(chat.id),
        type=storable(str(chat.type))[:12],
        title=storable(chat.effective_name or "")[:255],
        username=storable(chat.username or "")[:32],
        is_forum=bool(chat.is_forum),
        reach=reach_after(update),
        heard_at=heard_at,
    )


def column_id(number: object, *, lowest: int = -BIGINT) -> int:
    """Return an id that a column can hold; raise ValueError for what is none."""
    if type(number) is int and lowest <= number <= BIGINT:
        return number
    raise ValueError(f"{number!r:.50} is no Telegram id")
