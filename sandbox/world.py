"""The whole state of the sandbox, in memory: bots, people, chats, and what people do in them. No sockets here.

The Bot API (`sandbox.api`) is the bots' way in, the methods of `World` the people's and testers'. One event loop only.
The layers below, from the ground: inhabitants.py, writing.py, membership.py, entering.py, furnishing.py, topics.py,
selling.py, queries.py, pins.py, polls.py, sharing.py, keys.py.
"""

from secrets import randbelow
from typing import Any

from sandbox.bots import Bot
from sandbox.calls import CallLog
from sandbox.chats import Draft, Post
from sandbox.clock import Clock
from sandbox.entities.formatted import Formatted
from sandbox.errors import Refused, restart
from sandbox.faults import FaultBox, Spoiler
from sandbox.files import FileStore
from sandbox.flood import FloodControl
from sandbox.inhabitants import GROUP_ID, BotReference, Event
from sandbox.keys import Keys
from sandbox.membership import check_reaches
from sandbox.presses import LIFETIME_SECONDS, CallbackAnswer, Press
from sandbox.sharing import checked_text
from sandbox.stats import Stats
from sandbox.views import place

__all__ = ["GROUP_ID", "BotReference", "Event", "World"]


class World(Keys):
    """Everything that exists; a new one for every test. `groups_before` keeps the ids of new groups unlike old ones."""

    def __init__(self, clock: Clock | None = None, *, groups_before: int = 0) -> None:
        super().__init__(clock, groups_before=groups_before)
        self.presses: dict[str, Press] = {}
        self.files = FileStore()
        self.flood = FloodControl(self.clock)
        self.faults = FaultBox(self.clock)
        self.spoiler = Spoiler(self.faults)
        self.stats = Stats(self.clock)
        self.calls = CallLog(self.clock)

    def say(
        self,
        person_id: int,
        chat_id: int,
        text: str | Formatted,
        reply_to: int | None = None,
        bot: BotReference = None,
        *,
        topic: int | None = None,
    ) -> Post:
        """Let a person write a message, in the topic of what it answers; the bots in the chat get it as an update."""
        return self.share(person_id, chat_id, Draft(checked_text(text)), bot, reply_to=reply_to, topic=topic)

    def press(self, person_id: int, chat_id: int, message_id: int, data: str, bot: BotReference = None) -> Press:
        """Let a person press the inline button with this data; the press carries the bot's answer later."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        check_reaches(person, chat)
        post = self.post_in(chat, message_id)
        if not isinstance(post.sender, Bot) or data not in [button.callback_data for button in post.buttons]:
            raise Refused(f"Message {message_id} has no button with the data {data!r}.")
        press = Press(str(randbelow(9 * 10**18) + 10**18), person, post, data, self.clock.now())
        self.presses[press.id] = press
        post.sender.receive({"callback_query": press.to_json()})
        return press

    def deliver(self, fields: dict[str, Any], bot: BotReference = None) -> int:
        """Queue any raw update, known to Telegram or not, whatever allowed_updates says; return its update_id."""
        return self.bot(bot).enqueue({name: value for name, value in fields.items() if name != "update_id"})

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

    def close(self) -> None:
        """End the held polls the way a restarting server does."""
        self.closings.stop()
        for bot in self._bots.values():
            bot.poller.terminate(restart())
