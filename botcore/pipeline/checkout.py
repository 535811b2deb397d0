"""Payments in Stars: an invoice, the question before the money moves, which has 10 s, and the message that it has.

`context.invoice("tip", "50", …)` sends one; `@checkout("tip")` answers the question, `@paid("tip")` hears of the money.
"""

import re
from re import Match
from typing import Any

from telegram import Chat, LabeledPrice, Message, Update
from telegram.ext import PreCheckoutQueryHandler, filters

STARS = "XTR"  # core.telegram.org/bots/payments-stars
PAYLOAD_BYTES = 128  # core.telegram.org/bots/api#sendinvoice


def pattern_of(name: str) -> re.Pattern[str]:
    """Return what the payload of the invoices with this name looks like; the value is its first group."""
    return re.compile(f"^{re.escape(name)}:(.*)$", re.DOTALL)


async def send_invoice(chat: Chat, name: str, value: str, *, title: str, description: str, stars: int) -> Message:
    """Send an invoice in Stars; raise ValueError for a name and value that Telegram does not carry."""
    payload = f"{name}:{value}"
    if len(payload.encode()) > PAYLOAD_BYTES:
        raise ValueError(f"{payload[:40]!r}…: name and value of an invoice have {PAYLOAD_BYTES - 1} bytes together")
    return await chat.send_invoice(title, description, payload, currency=STARS, prices=[LabeledPrice(title, stars)])


class CheckoutHandler(PreCheckoutQueryHandler[Any, None]):
    """The library's handler, which also gives the value of the payload: it only tells whether the pattern fits."""

    def check_update(self, update: object) -> Match[str] | None:  # type: ignore[override]
        """Return what the pattern finds in the payload."""
        query = update.pre_checkout_query if isinstance(update, Update) else None
        return self.pattern.match(query.invoice_payload) if query and self.pattern else None

    def collect_additional_context(
        self, context: Any, _update: object, _application: object, check_result: Any
    ) -> None:
        """Make it `context.match`."""
        context.matches = [check_result]


class Paid(filters.MessageFilter):
    """Wants the messages that say that an invoice with this name was paid."""

    def __init__(self, name: str) -> None:
        super().__init__(data_filter=True)
        self._pattern = pattern_of(name)

    def filter(self, message: Message) -> dict[str, list[Match[str]]] | None:
        """Look into the payload."""
        payment = message.successful_payment
        found = self._pattern.match(payment.invoice_payload) if payment else None
        return {"matches": [found]} if found else None
