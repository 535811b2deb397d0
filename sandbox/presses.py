"""A press of an inline button: the callback query a bot must answer, and the answer the person sees."""

from dataclasses import dataclass
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Post
from sandbox.people import Person

LIFETIME_SECONDS = 150  # Client.cpp: an unanswered callback query is forgotten after this


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What answerCallbackQuery said; an empty text only stops the spinner."""

    text: str
    show_alert: bool


@dataclass(eq=False, slots=True)
class Press:
    """One press; `answer` is None until the bot answers."""

    id: str
    person: Person
    bot: Bot
    post: Post
    data: str
    pressed_at: float
    inline_id: str = ""  # of a message that a person sent and the bot wrote: the bot sees no more of it
    answer: CallbackAnswer | None = None

    def to_json(self) -> dict[str, Any]:
        """The press as a CallbackQuery of the Bot API."""
        where = {"inline_message_id": self.inline_id} if self.inline_id else {"message": self.post.to_json()}
        return {
            "id": self.id,
            "from": self.person.to_json(),
            **where,
            "chat_instance": str(abs(self.post.chat.id) + 10**15),
            "data": self.data,
        }
