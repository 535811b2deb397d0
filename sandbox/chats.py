"""Chats and the messages in them, as values; what happens in them is in world.py."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import telegram
from telegram.constants import ChatType

from sandbox.bots import Bot
from sandbox.people import Person

# python-telegram-bot writes these as false where the real server leaves them out.
_NEVER_SAID = ("delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created")


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat of one person with one bot, or a group, where both are None and everyone is a member."""

    id: int
    numbers: Iterator[int]
    person: Person | None = None
    bot: Bot | None = None
    title: str | None = None
    posts: dict[int, "Post"] = field(default_factory=dict)
    posted: int = 0

    def to_telegram(self) -> telegram.Chat:
        if self.person is None:
            return telegram.Chat(self.id, ChatType.SUPERGROUP, title=self.title)
        person = self.person
        return telegram.Chat(
            self.id, ChatType.PRIVATE, None, person.username, person.first_name or None, person.last_name
        )


@dataclass(eq=False, slots=True)
class Post:
    """One message."""

    message_id: int
    chat: Chat
    sender: Person | Bot
    date: int
    text: str
    entities: tuple[telegram.MessageEntity, ...] = ()
    markup: telegram.InlineKeyboardMarkup | None = None
    reply_to: "Post | None" = None
    edited_at: int | None = None

    @property
    def buttons(self) -> list[telegram.InlineKeyboardButton]:
        """The inline buttons in reading order."""
        return [button for row in self.markup.inline_keyboard for button in row] if self.markup else []

    def to_telegram(self, *, with_reply: bool = True) -> telegram.Message:
        return telegram.Message(
            self.message_id,
            datetime.fromtimestamp(self.date, UTC),
            self.chat.to_telegram(),
            from_user=self.sender.to_user(),
            reply_to_message=self.reply_to.to_telegram(with_reply=False) if self.reply_to and with_reply else None,
            edit_date=datetime.fromtimestamp(self.edited_at, UTC) if self.edited_at else None,
            text=self.text,
            entities=self.entities,
            reply_markup=self.markup,
        )


def message_json(message: telegram.Message) -> dict[str, Any]:
    """A Message as the Bot API writes it."""
    body = message.to_dict()
    for part in (body, body.get("reply_to_message", {})):
        for name in _NEVER_SAID:
            part.pop(name, None)
    return body
