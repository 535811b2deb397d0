"""Chats and the messages in them, as values that write themselves as the Bot API does; what happens is in world.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.bots import Bot
from sandbox.buttons import Button, InlineKeyboard
from sandbox.entities.entity import Entity
from sandbox.entities.formatted import NO_TEXT, Formatted
from sandbox.files import Media, PaidMedia
from sandbox.people import Person
from sandbox.profile import Profile
from sandbox.standing import Standing
from sandbox.terms import ChatType


@dataclass(eq=False, slots=True)
class Topic:
    """A topic of a forum; its id is that of the message that opened it."""

    name: str
    icon_color: int
    opened_by: Person | Bot
    opening: "Post"
    closed: bool = False
    icon: str = ""  # the id of a custom emoji

    @property
    def id(self) -> int:
        return self.opening.message_id

    def to_json(self) -> dict[str, Any]:
        icon = {"icon_custom_emoji_id": self.icon} if self.icon else {}
        return {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color, **icon}


@dataclass(eq=False, slots=True)
class General:
    """The topic that every forum has; its messages name none."""

    name: str = "General"
    closed: bool = False
    hidden: bool = False


@dataclass(eq=False, slots=True)
class Chat:
    """A private chat of one person with one bot, or a group or channel, where both are None."""

    id: int
    numbers: Iterator[int]
    person: Person | None = None
    bot: Bot | None = None
    title: str | None = None
    type: str = str(ChatType.PRIVATE)
    upgraded_to: "Chat | None" = None
    deleted: bool = False
    owner_id: int = 0
    everyone: bool = True  # whoever has no standing of their own is a member, else nobody
    standings: dict[int, Standing] = field(default_factory=dict)  # by the account's id
    profile: Profile = field(default_factory=Profile)
    posts: dict[int, "Post"] = field(default_factory=dict)
    posted: int = 0
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    general: General = field(default_factory=General)
    bots_manage_topics: bool = True

    @property
    def is_channel(self) -> bool:
        return self.type == ChatType.CHANNEL

    def to_json(self) -> dict[str, Any]:
        if self.person is None:
            forum = {"is_forum": True} if self.is_forum else {}
            public = {"username": self.profile.username} if self.profile.username else {}
            return {"id": self.id, "type": self.type, "title": self.title, **public, **forum}
        person, told = self.person, {"id": self.id, "type": self.type}
        if person.username:
            told["username"] = person.username
        if person.first_name:
            told["first_name"] = person.first_name
        if person.last_name:
            told["last_name"] = person.last_name
        return told


@dataclass(frozen=True, slots=True)
class Draft:
    """What goes into a message; with media the text is its caption. `extra` holds fields that never change."""

    formatted: Formatted = NO_TEXT
    markup: InlineKeyboard | None = None
    reply_to: "Post | None" = None
    media: Media | PaidMedia | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    topic: Topic | None = None
    keyboard: Mapping[str, Any] | None = None  # what it puts under the text field, or takes away
    silent: bool = False


@dataclass(eq=False, slots=True)
class Post:
    """One message."""

    message_id: int
    chat: Chat
    sender: Person | Bot
    date: int
    text: str
    entities: tuple[Entity, ...] = ()
    markup: InlineKeyboard | None = None
    reply_to: "Post | None" = None
    media: Media | PaidMedia | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    topic: Topic | None = None
    keyboard: Mapping[str, Any] | None = None
    silent: bool = False
    edited_at: int | None = None
    reactions: dict[Person | Bot, str] = field(default_factory=dict)  # an emoji of each

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons in reading order."""
        return [button for row in self.markup.rows for button in row] if self.markup else []

    @property
    def answered(self) -> "Post | None":
        """What it replies to; in a topic, as in Telegram, each message to the one that opened it if to no other."""
        if self.reply_to or self.topic is None or self.topic.opening is self:
            return self.reply_to
        return self.topic.opening

    def to_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The message as the Bot API writes it."""
        body: dict[str, Any] = {"message_id": self.message_id}
        if self.chat.is_channel:
            body["sender_chat"] = self.chat.to_json()
        else:
            body["from"] = self.sender.to_json()
        body["chat"], body["date"] = self.chat.to_json(), self.date
        if self.extra:
            body.update(self.extra)
        if self.topic:
            body |= {"message_thread_id": self.topic.id, "is_topic_message": True}
        if with_reply and (answered := self.answered):
            body["reply_to_message"] = answered.to_json(with_reply=False)
        if self.edited_at:
            body["edit_date"] = self.edited_at
        self._add_content(body)
        return body

    def _add_content(self, body: dict[str, Any]) -> None:
        if self.media:
            body |= self.media.to_json()
        if self.text:
            body["caption" if self.media else "text"] = self.text
        if self.entities:
            body["caption_entities" if self.media else "entities"] = [entity.to_json() for entity in self.entities]
        if self.markup:
            body["reply_markup"] = self.markup.to_json()
