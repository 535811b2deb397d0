"""Conversations in steps: where a person stands in one is remembered with everything else, for any worker to go on.

`context.conversation.start("survey", step="name")`, then `@conversation("survey", step="name")` gets the next text.
"""

import time
from typing import Any

from django.utils.translation import gettext as _
from telegram import Message
from telegram.ext import filters

from botcore.exceptions import UserError
from botcore.pipeline.attempt import CURRENT

DAY = 86_400.0  # seconds after which an unfinished conversation is forgotten
NOWHERE: tuple[str, str] = ("", "")


class NotInChatError(UserError, LookupError):
    """This works only in a chat with me."""


class Conversation:
    """One person's conversation in one chat; there is one at a time."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    @property
    def at(self) -> tuple[str, str]:
        """The name and the step; two empty texts when there is no conversation."""
        if self._data.get("until", 0.0) < time.time():
            return NOWHERE
        return self._data["name"], self._data["step"]

    @property
    def answers(self) -> dict[str, Any]:
        """What was gathered so far; fill it in each step. Empty without a conversation."""
        answers: dict[str, Any] = self._data.setdefault("answers", {}) if self.at != NOWHERE else {}
        return answers

    def start(self, name: str, *, step: str, seconds: float = DAY) -> None:
        """Begin a conversation, in place of any other; it is forgotten when it does not end within the seconds."""
        self._data.clear()
        self._data.update(name=name, step=step, answers={}, until=time.time() + seconds)

    def go(self, step: str) -> None:
        """Wait for the next message in another step; raise LookupError without a conversation."""
        if self.at == NOWHERE:
            raise LookupError("there is no conversation to go on with")
        self._data["step"] = step

    def end(self) -> None:
        """Forget the conversation and its answers."""
        self._data.clear()


def current() -> Conversation:
    """Return the conversation of the update at hand; raise NotInChatError for one without a person in a chat.

    A button under an inline message is pressed in no chat: who presses it is told so, and it is no error of the bot.
    """
    try:
        return Conversation(CURRENT.get().memory.conversation)
    except LookupError as exc:
        raise NotInChatError(_("This works only in a chat with me.")) from exc


class AtStep(filters.MessageFilter):
    """Wants the messages of people who stand at this step."""

    def __init__(self, name: str, step: str) -> None:
        super().__init__()
        self._place = (name, step)

    def filter(self, message: Message) -> bool:
        """Look where the person of the current update stands."""
        try:
            return current().at == self._place
        except LookupError:  # a channel's post: nobody converses there
            return False
