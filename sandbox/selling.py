"""People pay: they are asked for an address where one is needed, the bot is asked, the money moves, or comes back.

A layer of `World`. Stars fill a bot's account; other currencies need the token of a provider, and nobody is charged.
"""

from collections.abc import Mapping
from secrets import randbelow, token_hex, token_urlsafe
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post
from sandbox.clock import Clock
from sandbox.errors import Refused, unknown
from sandbox.files import PaidMedia
from sandbox.inhabitants import BotReference
from sandbox.invoices import (
    CHECKOUT_SECONDS,
    SHIPPING_SECONDS,
    STARS,
    Checkout,
    Invoice,
    Line,
    Order,
    Payment,
    Shipping,
)
from sandbox.people import Person
from sandbox.stars import Purse
from sandbox.topics import Topics
from sandbox.views import place

# What people say of themselves where an invoice asks and they said nothing.
ORDER: Order = {
    "name": "",
    "phone_number": "+10000000000",
    "email": "somebody@example.org",
    "shipping_address": {
        "country_code": "US", "state": "CA", "city": "Springfield", "street_line1": "1 Main Street", "street_line2": "",
        "post_code": "90001",
    },
}  # fmt: skip
SUBSCRIPTION_STATES = ("active", "canceled", "failed")  # Bot API, BotSubscriptionUpdated


class Selling(Topics):
    """Invoices, and what becomes of them."""

    def __init__(self, clock: Clock | None = None, *, groups_before: int = 0) -> None:
        super().__init__(clock, groups_before=groups_before)
        self.purse = Purse(self.clock)
        self.invoices: dict[Post, Invoice] = {}
        self.invoice_links: dict[str, tuple[Bot, Invoice]] = {}
        self.shippings: dict[str, Shipping] = {}
        self.checkouts: dict[str, Checkout] = {}
        self.payments: dict[str, Payment] = {}
        self.accounts: dict[Bot, list[Line]] = {}
        self.buyers: dict[Post, set[int]] = {}  # of paid media

    def make_invoice_link(self, bot: Bot, invoice: Invoice) -> str:
        link = f"https://t.me/${token_urlsafe(12)}"
        self.invoice_links[link] = bot, invoice
        return link

    def pay(
        self,
        person_id: int,
        chat_id: int,
        message_id: int,
        bot: BotReference = None,
        order: Mapping[str, Any] | None = None,
        tip: int = 0,
    ) -> Checkout:
        """Let a person press an invoice's button; the bot is asked, and the money moves when it says yes in time."""
        person, chat, invoice, post, seller = self._offer(person_id, chat_id, message_id, bot)
        if invoice.is_flexible:
            raise Refused("What shipping costs must be asked first.")
        return self._ask(Checkout(new_number(), person, chat, seller, invoice, self.clock.now(),
                                  order=self._order(person, invoice, order), post=post,
                                  tip=checked_tip(invoice, tip)))  # fmt: skip

    def buy(
        self,
        person_id: int,
        chat_id: int,
        message_id: int,
        bot: BotReference = None,
        order: Mapping[str, Any] | None = None,
        tip: int = 0,
    ) -> Checkout | Shipping:
        """Let a person press an invoice's button, whatever is asked first."""
        if self.offer(person_id, chat_id, message_id, bot).is_flexible:
            return self.ask_shipping(person_id, chat_id, message_id, bot, order)
        return self.pay(person_id, chat_id, message_id, bot, order, tip)

    def offer(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> Invoice:
        """What an invoice asks for. Raises Refused."""
        return self._offer(person_id, chat_id, message_id, bot)[2]

    def linked_offer(self, link: str) -> tuple[Bot, Invoice]:
        """Whose an invoice's link is, and what it asks for. Raises Refused."""
        if link not in self.invoice_links:
            raise unknown("There is no such invoice link.")
        return self.invoice_links[link]

    def pay_link(self, person_id: int, link: str, order: Mapping[str, Any] | None = None, tip: int = 0) -> Checkout:
        """Let a person pay by an invoice's link; what comes of it is in their chat with the bot. Raises Refused."""
        person = self.person(person_id)
        bot, invoice = self.linked_offer(link)
        chat, wish = self.chat(person_id, bot.token), self._order(person, invoice, order)
        return self._ask(Checkout(new_number(), person, chat, bot, invoice, self.clock.now(), order=wish,
                                  tip=checked_tip(invoice, tip)))  # fmt: skip

    def ask_shipping(
        self,
        person_id: int,
        chat_id: int,
        message_id: int,
        bot: BotReference = None,
        order: Mapping[str, Any] | None = None,
    ) -> Shipping:
        """Let a person ask what it costs to send something to their address. Raises Refused."""
        person, chat, invoice, _, seller = self._offer(person_id, chat_id, message_id, bot)
        if not invoice.is_flexible:
            raise Refused("The price of this invoice does not depend on where it is sent.")
        wish = self._order(person, invoice, order)
        asked = Shipping(new_number(), person, chat, seller, invoice, wish, self.clock.now())
        self.shippings[asked.id] = asked
        seller.receive({"shipping_query": asked.to_json()})
        return asked

    def ship(self, query_id: str, option_id: str, tip: int = 0) -> Checkout:
        """Let a person choose one of the ways that the bot offers, and pay. Raises Refused."""
        asked = self.shippings.get(query_id)
        if asked is None or asked.options is None:
            raise Refused("The bot offered no way of shipping.")
        if option_id not in asked.options:
            raise Refused(f"There is no way of shipping called {option_id}.")
        option, now = asked.options[option_id], self.clock.now()
        return self._ask(Checkout(new_number(), asked.person, asked.chat, asked.bot, asked.invoice, now,
                                  order=asked.order, option=option,
                                  tip=checked_tip(asked.invoice, tip)))  # fmt: skip

    def open_shipping(self, query_id: str, bot: Bot) -> Shipping | None:
        """Find a question about shipping that this bot can still answer."""
        found = self.shippings.get(query_id)
        if found is None or found.bot is not bot or found.is_answered:
            return None
        return found if self.clock.now() < found.asked_at + SHIPPING_SECONDS else None

    def answer_shipping(self, asked: Shipping, options: list[dict[str, Any]], refusal: str) -> None:
        """Give the person the ways there are, or say that there is none."""
        asked.options, asked.refusal = None if refusal else {option["id"]: option for option in options}, refusal
        told = {"person": asked.person.id, "text": refusal, "show_alert": bool(refusal), "shipping_query": asked.id}
        self.emit({"type": "answer", **place(asked.chat), **told, "options": options})

    def open_checkout(self, query_id: str, bot: Bot) -> Checkout | None:
        """Find a payment that this bot can still let go on or end."""
        found = self.checkouts.get(query_id)
        is_open = found and found.bot is bot and found.answer is None
        return found if found and is_open and self.clock.now() < found.asked_at + CHECKOUT_SECONDS else None

    def settle(self, asked: Checkout, refusal: str) -> None:
        """End a payment with the bot's words, or move the money: the bot reads so in the chat."""
        asked.answer = refusal
        told = {"person": asked.person.id, "text": refusal, "show_alert": True, "pre_checkout_query": asked.id}
        self.emit({"type": "answer", **place(asked.chat), **told})
        if refusal:
            return
        period, now = asked.invoice.subscription_period, int(self.clock.now())
        payment = Payment(token_hex(16), asked.person, asked.chat, asked.bot, asked.price, period)
        payment.expires_at = now + period if period else 0
        self.payments[payment.charge_id] = payment
        self._move(payment, {"is_recurring": True, "is_first_recurring": True} if period else {})

    def renew(self, charge_id: str) -> None:
        """Let a subscription's next payment come. Raises Refused."""
        payment = self._subscription(charge_id)
        if payment.is_canceled or payment.is_refunded:
            raise Refused("This subscription has ended.")
        payment.expires_at += payment.period
        self._move(payment, {"is_recurring": True})

    def buy_media(self, person_id: int, chat_id: int, message_id: int, bot: BotReference = None) -> Post:
        """Let a person buy paid media; the bot hears of it if it gave them a payload. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        post = self.post_in(chat, message_id)
        seller, media = post.sender, post.media
        if not isinstance(media, PaidMedia) or not isinstance(seller, Bot):
            raise Refused(f"Message {message_id} has no media to buy.")
        if person.id in self.buyers.setdefault(post, set()):
            raise Refused(f"{person.name} has bought this already.")
        self.buyers[post].add(person.id)
        if chat.is_channel:  # its own account gets the Stars
            return post
        price = {"currency": STARS, "total_amount": media.stars, "invoice_payload": media.payload}
        payment = Payment(token_hex(16), person, chat, seller, price, media=media)
        self._book(Line(payment, int(self.clock.now())))
        if media.payload:
            told = {"from": person.to_json(), "paid_media_payload": media.payload}
            seller.receive({"purchased_paid_media": told})
        return post

    def change_subscription(self, charge_id: str, state: str) -> None:
        """Let a subscription be canceled by its person, active again, or fail to be paid; the bot hears of it."""
        payment = self._subscription(charge_id)
        if state not in SUBSCRIPTION_STATES:
            raise Refused(f"A subscription is one of {', '.join(SUBSCRIPTION_STATES)}.")
        payment.is_canceled = state != "active"
        payload = payment.price["invoice_payload"]
        told = {"user": payment.person.to_json(), "invoice_payload": payload, "state": state}
        payment.bot.receive({"subscription": told})

    def _subscription(self, charge_id: str) -> Payment:
        payment = self.payments.get(charge_id)
        if payment is None or not payment.period:
            raise unknown(f"There is no subscription {charge_id}.")
        return payment

    def refund(self, payment: Payment) -> None:
        """Give Stars back; the bot reads so in the chat."""
        payment.is_refunded = True
        self._book(Line(payment, int(self.clock.now()), is_refund=True))
        kept = ("currency", "total_amount", "invoice_payload")
        refunded = {name: payment.price[name] for name in kept} | {"telegram_payment_charge_id": payment.charge_id}
        self.tell_bots(self.post(payment.chat, payment.person, Draft(extra={"refunded_payment": refunded})))

    def balance(self, bot: Bot) -> int:
        """The Stars that a bot has: those a tester gave, else what people paid it."""
        given = self.purse.whole_stars
        return sum(line.amount for line in self.accounts.get(bot, ())) if given is None else given

    def _move(self, payment: Payment, more: dict[str, Any]) -> None:
        self._book(Line(payment, int(self.clock.now())))
        provider = "" if payment.price["currency"] == STARS else f"provider-{payment.charge_id}"
        charges = {"telegram_payment_charge_id": payment.charge_id, "provider_payment_charge_id": provider}
        if payment.expires_at:
            more = {"subscription_expiration_date": payment.expires_at, **more}
        paid = {"successful_payment": {**payment.price, **more, **charges}}
        self.tell_bots(self.post(payment.chat, payment.person, Draft(extra=paid)))

    def _book(self, line: Line) -> None:
        if line.payment.stars:
            self.accounts.setdefault(line.payment.bot, []).append(line)
            self.purse.earn(line.amount)

    def _ask(self, asked: Checkout) -> Checkout:
        self.checkouts[asked.id] = asked
        asked.bot.receive({"pre_checkout_query": asked.to_json()})
        return asked

    def _offer(
        self, person_id: int, chat_id: int, message_id: int, bot: BotReference
    ) -> tuple[Person, Chat, Invoice, Post, Bot]:
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        post = self.post_in(chat, message_id)
        if post not in self.invoices or not isinstance(post.sender, Bot):
            raise Refused(f"Message {message_id} is no invoice.")
        return person, chat, self.invoices[post], post, post.sender

    def _order(self, person: Person, invoice: Invoice, given: Mapping[str, Any] | None) -> Order:
        """What the person says of themselves, as far as they are asked."""
        usual = {**ORDER, "name": person.name}
        return {name: (given or {}).get(name) or usual[name] for name in ORDER if name in invoice.asks}


def checked_tip(invoice: Invoice, tip: int) -> int:
    """A tip as the invoice allows it. Raises Refused."""
    if not 0 <= tip <= invoice.most_tip:
        raise Refused(f"A tip is at most {invoice.most_tip} here.")
    return tip


def new_number() -> str:
    """The id of a question, which tells nothing."""
    return str(randbelow(9 * 10**18) + 10**18)
