"""What is sold and what was paid, as values: an invoice, the questions on the way, a payment, a line of the account."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Post
from sandbox.files import PaidMedia
from sandbox.people import Person

STARS = "XTR"
CHECKOUT_SECONDS = 10  # Bot API, answerPreCheckoutQuery
SHIPPING_SECONDS = 150  # Client.cpp: an unanswered shipping query is forgotten after this

Order = dict[str, Any]  # an OrderInfo of the Bot API


@dataclass(eq=False, slots=True)
class Invoice:
    """An offer; `asks` names what the person must say of themselves, `prices` are LabeledPrices."""

    title: str
    description: str
    payload: str
    currency: str
    amount: int
    start_parameter: str = ""
    asks: frozenset[str] = frozenset()
    is_flexible: bool = False
    subscription_period: int = 0
    prices: tuple[dict[str, Any], ...] = ()
    most_tip: int = 0
    tips: tuple[int, ...] = ()  # what is suggested

    def offer_json(self) -> dict[str, Any]:
        """What a person sees who is about to pay."""
        asked = {"asks": sorted(self.asks), "is_flexible": self.is_flexible, "prices": list(self.prices)}
        tip = {"max_tip_amount": self.most_tip, "suggested_tip_amounts": list(self.tips)}
        return {**self.to_json(), **asked, **tip, "subscription_period": self.subscription_period}

    def to_json(self) -> dict[str, Any]:
        """What a message shows of it."""
        shown = {"title": self.title, "description": self.description, "start_parameter": self.start_parameter}
        return {**shown, "currency": self.currency, "total_amount": self.amount}


@dataclass(eq=False, slots=True)
class Shipping:
    """A person who wants to know what shipping costs; `options` is None until the bot says, else by their ids."""

    id: str
    person: Person
    chat: Chat
    bot: Bot
    invoice: Invoice
    order: Order
    asked_at: float
    options: dict[str, dict[str, Any]] | None = None
    refusal: str = ""

    @property
    def is_answered(self) -> bool:
        return self.options is not None or bool(self.refusal)

    def to_json(self) -> dict[str, Any]:
        """The question as a ShippingQuery of the Bot API."""
        address = self.order["shipping_address"]
        payload = {"invoice_payload": self.invoice.payload, "shipping_address": address}
        return {"id": self.id, "from": self.person.to_json(), **payload}


@dataclass(eq=False, slots=True)
class Checkout:
    """A person about to pay; `answer` is None until the bot says yes, which is empty, or why not."""

    id: str
    person: Person
    chat: Chat
    bot: Bot
    invoice: Invoice
    asked_at: float
    answer: str | None = None
    order: Order = field(default_factory=dict)
    option: dict[str, Any] = field(default_factory=dict)  # the ShippingOption that was chosen
    post: Post | None = None
    tip: int = 0

    @property
    def amount(self) -> int:
        prices: list[dict[str, Any]] = self.option.get("prices", [])
        return self.invoice.amount + self.tip + sum(int(price["amount"]) for price in prices)

    @property
    def price(self) -> dict[str, Any]:
        """What is paid for, as queries and payments name it."""
        more: dict[str, Any] = {"order_info": self.order} if self.order else {}
        if self.option:
            more["shipping_option_id"] = self.option["id"]
        total = {"currency": self.invoice.currency, "total_amount": self.amount}
        return {**total, "invoice_payload": self.invoice.payload, **more}

    def to_json(self) -> dict[str, Any]:
        """The question as a PreCheckoutQuery of the Bot API."""
        return {"id": self.id, "from": self.person.to_json(), **self.price}


@dataclass(eq=False, slots=True)
class Payment:
    """Money that moved; `expires_at` is that of a subscription."""

    charge_id: str
    person: Person
    chat: Chat
    bot: Bot
    price: dict[str, Any]
    period: int = 0
    expires_at: int = 0
    is_canceled: bool = False
    is_refunded: bool = False
    media: PaidMedia | None = None

    @property
    def stars(self) -> int:
        amount: int = self.price["total_amount"]
        return amount if self.price["currency"] == STARS else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bot's account: Stars that came from a person, or went back to them."""

    payment: Payment
    date: int
    is_refund: bool = False

    @property
    def amount(self) -> int:
        return -self.payment.stars if self.is_refund else self.payment.stars

    def to_json(self) -> dict[str, Any]:
        """The line as a StarTransaction of the Bot API."""
        payment = self.payment
        what = "paid_media" if payment.media else "invoice"
        partner: dict[str, Any] = {"type": "user", "transaction_type": f"{what}_payment"}
        partner |= {"user": payment.person.to_json(), f"{what}_payload": payment.price["invoice_payload"]}
        if payment.media:
            partner["paid_media"] = payment.media.parts_json()
        if payment.period:
            partner["subscription_period"] = payment.period
        side = "receiver" if self.is_refund else "source"
        return {"id": payment.charge_id, "amount": payment.stars, "date": self.date, side: partner}
