"""The whole state of the sandbox, in memory: bots, people, chats, and what people do in them. No sockets here.

The Bot API (`sandbox.api`) is the bots' way in, the methods of `World` the people's and testers'. One event loop only.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from secrets import randbelow, token_hex
from typing import Any

import telegram

from sandbox.bots import DEMO_TOKEN, Bot, token_number
from sandbox.chats import Chat, Post, message_json
from sandbox.clock import Clock
from sandbox.entities.formatted import Formatted, from_plain
from sandbox.errors import ApiError, Refused, unknown
from sandbox.people import Person, cast
from sandbox.presses import LIFETIME_SECONDS, CallbackAnswer, Press
from sandbox.views import place, post_json

GROUP_ID = -1001000000001
GROUP_TITLE = "Botdeck team"

Event = dict[str, Any]
Listener = Callable[[Event], None]
BotReference = str | int | None


class World:
    """Everything that exists; a new one for every test."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.life = token_hex(8)  # a page that sees another life knows that the server was restarted
        self.people = cast()
        self.group = Chat(GROUP_ID, count(1), title=GROUP_TITLE)
        self.presses: dict[str, Press] = {}
        self._bots = {DEMO_TOKEN: Bot(DEMO_TOKEN, 1, self.clock)}
        self._latest = self._bots[DEMO_TOKEN]
        self._private: dict[tuple[Bot, int], Chat] = {}
        self._listeners: list[Listener] = []

    # Who and where

    def bots(self) -> list[Bot]:
        """The bots that have called, or the demo's while none has."""
        return [bot for bot in self._bots.values() if bot.called] or [self._latest]

    def bot(self, reference: BotReference = None) -> Bot:
        """Find a bot by its token or the token's number; None is the one that called last. Raises Refused."""
        if reference is None:
            return self._latest
        matches = [bot for bot in self._bots.values() if str(reference) in {bot.token, str(bot.number)}]
        if not matches:
            raise unknown(f"There is no bot {reference}: a bot exists from its first call on.")
        return matches[-1]

    def bot_calls(self, token: str) -> Bot:
        """Return the bot with this token, which springs into being at its first call."""
        number = token_number(token)
        if number is None:
            raise ApiError(401, "Unauthorized: invalid token specified")
        bot = self._bots.get(token)
        if bot is None:
            bot = self._bots[token] = Bot(token, number, self.clock)
        self._latest = bot
        if not bot.called:
            bot.called = True
            self.emit({"type": "bots"})
        return bot

    def person(self, person_id: int) -> Person:
        """Find a person. Raises Refused."""
        if person_id not in self.people:
            raise unknown(f"There is no person {person_id}.")
        return self.people[person_id]

    def add_person(
        self, first_name: str, last_name: str | None = None, username: str | None = None, language: str | None = None
    ) -> Person:
        person = Person(max(self.people) + 1, first_name, last_name, username, language)
        self.people[person.id] = person
        self.emit({"type": "people"})
        return person

    def chat(self, chat_id: int, bot: BotReference = None) -> Chat:
        """Find a chat: a person's id is their private chat with the bot. Raises Refused."""
        found = self.find_chat(chat_id, self.bot(bot))
        if found is None:
            raise unknown(f"There is no chat {chat_id}.")
        return found

    def find_chat(self, chat_id: int, bot: Bot) -> Chat | None:
        if chat_id == self.group.id:
            return self.group
        person = self.people.get(chat_id)
        if person is None:
            return None
        key = (bot, chat_id)
        if key not in self._private:
            self._private[key] = Chat(chat_id, bot.private_numbers, person=person, bot=bot)
        return self._private[key]

    def chats(self) -> list[Chat]:
        """Every chat of every visible bot, the group last."""
        private = [self.chat(person_id, bot.token) for bot in self.bots() for person_id in self.people]
        return [*private, self.group]

    def messages(self, chat_id: int, bot: BotReference = None) -> list[Post]:
        """The messages of a chat, oldest first."""
        return list(self.chat(chat_id, bot).posts.values())

    # What people do

    def say(
        self, person_id: int, chat_id: int, text: str, reply_to: int | None = None, bot: BotReference = None
    ) -> Post:
        """Let a person write a message; the bots in the chat get it as an update."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        self._check_may_write(person, chat)
        formatted = from_plain(text)
        if not 1 <= len(formatted.text) <= telegram.constants.MessageLimit.MAX_TEXT_LENGTH:
            raise Refused("A message needs between 1 and 4096 characters.")
        post = self.post(chat, person, formatted, reply_to=self._post_in(chat, reply_to) if reply_to else None)
        for receiver in [chat.bot] if chat.bot else self.bots():
            receiver.receive({"message": message_json(post.to_telegram())})
        return post

    def press(self, person_id: int, chat_id: int, message_id: int, data: str, bot: BotReference = None) -> Press:
        """Let a person press the inline button with this data; the press carries the bot's answer later."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        self._check_may_write(person, chat)
        post = self._post_in(chat, message_id)
        if not isinstance(post.sender, Bot) or data not in [button.callback_data for button in post.buttons]:
            raise Refused(f"Message {message_id} has no button with the data {data!r}.")
        press = Press(str(randbelow(9 * 10**18) + 10**18), person, post, data, self.clock.now())
        self.presses[press.id] = press
        query = press.to_query().to_dict()
        post.sender.receive({"callback_query": {**query, "message": message_json(post.to_telegram())}})
        return press

    def deliver(self, fields: dict[str, Any], bot: BotReference = None) -> int:
        """Queue any raw update, known to Telegram or not, whatever allowed_updates says; return its update_id."""
        return self.bot(bot).enqueue({name: value for name, value in fields.items() if name != "update_id"})

    def block(self, person_id: int, bot: BotReference = None) -> None:
        """Let a person block a bot: it hears of it, and its messages to that person are refused."""
        target = self.bot(bot)
        if self.person(person_id).id not in target.blocked_by:
            target.blocked_by.add(person_id)
            self._tell_membership(person_id, target, blocked=True)

    def unblock(self, person_id: int, bot: BotReference = None) -> None:
        target = self.bot(bot)
        if self.person(person_id).id in target.blocked_by:
            target.blocked_by.discard(person_id)
            self._tell_membership(person_id, target, blocked=False)

    # What the Bot API and people share

    def post(
        self,
        chat: Chat,
        sender: Person | Bot,
        formatted: Formatted,
        *,
        markup: telegram.InlineKeyboardMarkup | None = None,
        reply_to: Post | None = None,
    ) -> Post:
        """Put a message into a chat."""
        now = int(self.clock.now())
        message_id = next(chat.numbers)
        post = Post(message_id, chat, sender, now, formatted.text, formatted.entities, markup, reply_to)
        chat.posts[message_id] = post
        chat.posted += 1
        self._emit_post("message", post)
        return post

    def edit(self, post: Post, formatted: Formatted | None, markup: telegram.InlineKeyboardMarkup | None) -> None:
        """Change a message; None for the text leaves it as it is."""
        if formatted:
            post.text, post.entities = formatted.text, formatted.entities
        post.markup = markup
        post.edited_at = int(self.clock.now())
        self._emit_post("edited", post)

    def delete(self, post: Post) -> None:
        del post.chat.posts[post.message_id]
        self.emit({"type": "deleted", **place(post.chat), "message_id": post.message_id})

    def answer(self, press: Press, answer: CallbackAnswer) -> None:
        """Show a bot's answer to the person who pressed."""
        press.answer = answer
        told = {"person": press.person.id, "text": answer.text, "show_alert": answer.show_alert}
        self.emit({"type": "answer", **place(press.post.chat), **told})

    def open_press(self, query_id: str, bot: Bot) -> Press | None:
        """Find a press this bot can still answer: its own, unanswered and young enough."""
        press = self.presses.get(query_id)
        if press is None or press.post.sender is not bot or press.answer:
            return None
        return press if self.clock.now() < press.pressed_at + LIFETIME_SECONDS else None

    # Who watches

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Call the listener at every event from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    def close(self) -> None:
        """End the held polls the way a restarting server does."""
        for bot in self._bots.values():
            bot.poller.terminate(ApiError(500, "Internal Server Error: restart"))

    # Inside

    def _emit_post(self, kind: str, post: Post) -> None:
        self.emit({"type": kind, **place(post.chat), "posted": post.chat.posted, "message": post_json(post)})

    def _check_may_write(self, person: Person, chat: Chat) -> None:
        if chat.person not in {None, person}:
            raise Refused(f"{person.name} cannot write in another person's private chat.")
        if chat.bot and person.id in chat.bot.blocked_by:
            raise Refused(f"{person.name} has blocked this bot and must unblock it first.")

    def _post_in(self, chat: Chat, message_id: int) -> Post:
        if message_id not in chat.posts:
            raise unknown(f"There is no message {message_id} in chat {chat.id}.")
        return chat.posts[message_id]

    def _tell_membership(self, person_id: int, bot: Bot, *, blocked: bool) -> None:
        states: Sequence[telegram.ChatMember] = (
            telegram.ChatMemberMember(bot.to_user()),
            telegram.ChatMemberBanned(bot.to_user(), datetime.fromtimestamp(0, UTC)),
        )
        old, new = states if blocked else reversed(states)
        now = datetime.fromtimestamp(int(self.clock.now()), UTC)
        chat, person = self.chat(person_id, bot.token), self.person(person_id)
        change = telegram.ChatMemberUpdated(chat.to_telegram(), person.to_user(), now, old, new)
        bot.receive({"my_chat_member": change.to_dict()})
        self.emit({"type": "people"})
