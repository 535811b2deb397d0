"""Pinned messages: who pins one tells everybody by a service message. A layer of `World`."""

from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post, Topic
from sandbox.errors import Refused
from sandbox.forwarding import is_service
from sandbox.inhabitants import BotReference
from sandbox.membership import check_is_there
from sandbox.people import Person
from sandbox.queries import Queries
from sandbox.views import place, post_json


class Pins(Queries):
    """Which messages are pinned; what was deleted since is not."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pins: dict[Chat, set[int]] = {}

    def pin(self, post: Post, who: Person | Bot, *, silent: bool = False) -> None:
        """Pin a message; unlike other messages of its own, the bot that does it hears of it, too (Client.cpp)."""
        numbers = self.pins.setdefault(post.chat, set())
        if post.message_id in numbers:
            return
        numbers.add(post.message_id)
        self._emit_pinned(post.chat)
        told = {"pinned_message": post.to_json(with_reply=False)}
        self.tell_bots(self.post(post.chat, who, Draft(extra=told, topic=post.topic, silent=silent)))

    def unpin(self, post: Post) -> None:
        self.pins.get(post.chat, set()).discard(post.message_id)
        self._emit_pinned(post.chat)

    def unpin_all(self, chat: Chat) -> None:
        self.pins.pop(chat, None)
        self._emit_pinned(chat)

    def unpin_topic(self, chat: Chat, topic: Topic | None) -> None:
        """Take down what is pinned in one topic of a forum; None is General, whose messages name none."""
        kept = {number for number in self._numbers(chat) if chat.posts[number].topic is not topic}
        self.pins[chat] = kept
        self._emit_pinned(chat)

    def pinned(self, chat: Chat) -> Post | None:
        """The newest of the messages that are pinned in a chat."""
        numbers = self._numbers(chat)
        return chat.posts[max(numbers)] if numbers else None

    def pinned_in(self, chat: Chat) -> list[Post]:
        """All messages that are pinned in a chat, the newest first."""
        return [chat.posts[number] for number in sorted(self._numbers(chat), reverse=True)]

    def pin_message(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> None:
        """Let a person pin a message. Raises Refused."""
        person, post = self._found(person_id, chat_id, message_id, bot)
        if is_service(post):
            raise Refused("This message only tells of something and cannot be pinned.")
        self.pin(post, person)

    def unpin_message(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> None:
        """Let a person take a message down again; no bot hears of that. Raises Refused."""
        _, post = self._found(person_id, chat_id, message_id, bot)
        self.unpin(post)

    def _found(self, person_id: int, chat_id: int, message_id: int, bot: BotReference) -> tuple[Person, Post]:
        """Find who does it and the message, and refuse whom the chat does not let. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        check_is_there(person, chat)
        if chat.person is None:
            self.check_may(chat, person, right_to_pin(chat))
        return person, self.post_in(chat, message_id)

    def _numbers(self, chat: Chat) -> set[int]:
        return self.pins.get(chat, set()) & chat.posts.keys()

    def _emit_pinned(self, chat: Chat) -> None:
        pins = [post_json(post) for post in self.pinned_in(chat)] if self.is_watched("pinned") else []
        newest = self.pinned(chat)
        told = {"message_id": newest.message_id if newest else None, "pins": pins}
        self.emit({"type": "pinned", **place(chat), **told})


def right_to_pin(chat: Chat) -> str:
    """What those need who pin in a group or channel (Bot API, pinChatMessage)."""
    return "can_edit_messages" if chat.is_channel else "can_pin_messages"
