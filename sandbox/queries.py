"""What people ask a bot without a message: they pay an invoice, or type behind its name. A layer of `World`."""

from dataclasses import dataclass, field
from secrets import randbelow, token_hex
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import Refused
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.topics import Topics
from sandbox.views import place

CHECKOUT_SECONDS = 10  # Bot API, answerPreCheckoutQuery
INLINE_SECONDS = 30  # Client.cpp: an unanswered inline query is forgotten after this


@dataclass(eq=False, slots=True)
class Checkout:
    """A person about to pay; `answer` is None until the bot says yes, which is empty, or why not."""

    id: str
    person: Person
    chat: Chat
    bot: Bot
    invoice: Post
    payload: str
    asked_at: float
    answer: str | None = None

    @property
    def price(self) -> dict[str, Any]:
        """What is paid for, as queries and payments name it."""
        shown = self.invoice.extra["invoice"]
        return {name: shown[name] for name in ("currency", "total_amount")} | {"invoice_payload": self.payload}

    def to_json(self) -> dict[str, Any]:
        """The question as a PreCheckoutQuery of the Bot API."""
        return {"id": self.id, "from": self.person.to_json(), **self.price}


@dataclass(eq=False, slots=True)
class Inquiry:
    """What a person has typed behind a bot's name; `results` is None until the bot answers, `button` its words."""

    id: str
    person: Person
    bot: Bot
    query: str
    asked_at: float
    results: list[dict[str, Any]] | None = None
    button: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The question as an InlineQuery of the Bot API."""
        return {"id": self.id, "from": self.person.to_json(), "query": self.query, "offset": "", "chat_type": "sender"}


class Queries(Topics):
    """Holds what was asked until a bot answers, or the time is over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payloads: dict[Post, str] = {}  # of invoices: people do not see them
        self.checkouts: dict[str, Checkout] = {}
        self.inquiries: dict[str, Inquiry] = {}

    def pay(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> Checkout:
        """Let a person press an invoice's button; the bot is asked, and the money moves when it says yes in time."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        post = self.post_in(chat, message_id)
        if post not in self.payloads or not isinstance(post.sender, Bot):
            raise Refused(f"Message {message_id} is no invoice.")
        asked = Checkout(_number(), person, chat, post.sender, post, self.payloads[post], self.clock.now())
        self.checkouts[asked.id] = asked
        post.sender.receive({"pre_checkout_query": asked.to_json()})
        return asked

    def ask_inline(self, person_id: int, query: str, bot: BotReference = None) -> Inquiry:
        """Let a person type behind a bot's name in any chat; the inquiry carries the results later."""
        asked = Inquiry(_number(), self.person(person_id), self.bot(bot), query, self.clock.now())
        self.inquiries[asked.id] = asked
        asked.bot.receive({"inline_query": asked.to_json()})
        return asked

    def open_checkout(self, query_id: str, bot: Bot) -> Checkout | None:
        """Find a payment that this bot can still let go on or end."""
        found = self.checkouts.get(query_id)
        is_open = found and found.bot is bot and found.answer is None
        return found if found and is_open and self.clock.now() < found.asked_at + CHECKOUT_SECONDS else None

    def open_inquiry(self, query_id: str, bot: Bot) -> Inquiry | None:
        """Find an inline query that this bot can still answer."""
        found = self.inquiries.get(query_id)
        is_open = found and found.bot is bot and found.results is None
        return found if found and is_open and self.clock.now() < found.asked_at + INLINE_SECONDS else None

    def settle(self, asked: Checkout, refusal: str) -> None:
        """End a payment with the bot's words, or move the money: the bot reads so in the chat."""
        asked.answer = refusal
        told = {"person": asked.person.id, "text": refusal, "show_alert": True}
        self.emit({"type": "answer", **place(asked.chat), **told})
        if not refusal:
            charges = {"telegram_payment_charge_id": token_hex(16), "provider_payment_charge_id": ""}
            paid = {"successful_payment": {**asked.price, **charges}}
            self.tell_bots(self.post(asked.chat, asked.person, Draft(extra=paid)))


def _number() -> str:
    return str(randbelow(9 * 10**18) + 10**18)
