"""Methods about invoices and the questions on the way to a payment; what comes afterwards is in accounts.py."""

import re
from typing import Any

from sandbox.api.callbacks import TOO_OLD
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.buttons import Button, InlineKeyboard
from sandbox.chats import Draft
from sandbox.errors import bad_request
from sandbox.invoices import STARS, Invoice
from sandbox.terms import InvoiceLimit

MONTH_SECONDS, MOST_SUBSCRIPTION_STARS = 2_592_000, 10_000  # Bot API, createInvoiceLink
MOST_TIPS = 4  # Bot API, sendInvoice
_CURRENCY = re.compile(r"[A-Z]{3}")
_ASKS = {
    "need_name": "name",
    "need_phone_number": "phone_number",
    "need_email": "email",
    "need_shipping_address": "shipping_address",
}


@method("sendInvoice", one)
async def send_invoice(call: Call) -> dict[str, Any]:
    invoice = _invoice(call)
    markup = inline_keyboard(call.parameters) or _pay(invoice)
    post = send(call, Draft(markup=markup, extra={"invoice": invoice.to_json()}))
    call.world.invoices[post] = invoice
    return post.to_json()


@method("createInvoiceLink")
async def create_invoice_link(call: Call) -> str:
    invoice, period = _invoice(call), call.parameters.integer("subscription_period")
    if period:
        if period != MONTH_SECONDS or invoice.currency != STARS:
            raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
        if invoice.amount > MOST_SUBSCRIPTION_STARS:
            raise bad_request("STARS_INVOICE_INVALID")
        invoice.subscription_period = period
    return call.world.make_invoice_link(call.bot, invoice)


@method("answerShippingQuery")
async def answer_shipping_query(call: Call) -> bool:
    refusal = _refusal(call)
    options = [] if refusal else _options(call)
    asked = call.world.open_shipping(call.parameters.text("shipping_query_id"), call.bot)
    if asked is None:
        raise bad_request(TOO_OLD)
    call.world.answer_shipping(asked, options, refusal)
    return True


@method("answerPreCheckoutQuery")
async def answer_pre_checkout_query(call: Call) -> bool:
    refusal = _refusal(call)
    asked = call.world.open_checkout(call.parameters.text("pre_checkout_query_id"), call.bot)
    if asked is None:
        raise bad_request(TOO_OLD)
    call.world.settle(asked, refusal)
    return True


def _refusal(call: Call) -> str:
    """Why the bot says no; empty if it says yes. Raises ApiError."""
    if call.parameters.flag("ok"):
        return ""
    refusal = call.parameters.text("error_message")
    if not refusal:
        raise bad_request("error message must be specified")
    return refusal


def _pay(invoice: Invoice) -> InlineKeyboard:
    """The button that an invoice has by itself."""
    exact = f"{invoice.amount / 100:.2f} {invoice.currency}"
    words = f"Pay {invoice.amount} ⭐" if invoice.currency == STARS else f"Pay {exact}"
    return InlineKeyboard(((Button({"text": words, "pay": True}),),))


def _payload(call: Call) -> str:
    payload = call.parameters.text("payload")
    if not InvoiceLimit.MIN_PAYLOAD_LENGTH <= len(payload.encode()) <= InvoiceLimit.MAX_PAYLOAD_LENGTH:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    return payload


def _invoice(call: Call) -> Invoice:
    """Read what is sold. Raises ApiError."""
    given, payload = call.parameters, _payload(call)
    title, description = given.text("title"), given.text("description")
    if not InvoiceLimit.MIN_TITLE_LENGTH <= len(title) <= InvoiceLimit.MAX_TITLE_LENGTH:
        raise bad_request("INVOICE_TITLE_INVALID")
    if not InvoiceLimit.MIN_DESCRIPTION_LENGTH <= len(description) <= InvoiceLimit.MAX_DESCRIPTION_LENGTH:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    currency, start = given.text("currency"), given.text("start_parameter")
    if currency == STARS:
        return Invoice(title, description, payload, currency, _stars(call), start)
    if not given.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if not _CURRENCY.fullmatch(currency):
        raise bad_request("CURRENCY_INVALID")
    prices = _labeled(call, "prices")
    amount = sum(price["amount"] for price in prices)
    if amount < 1:
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    asks = {field for name, field in _ASKS.items() if given.flag(name)}
    is_flexible = given.flag("is_flexible")
    asks |= {"shipping_address"} if is_flexible else set()
    most_tip, tips = _tips(call)
    return Invoice(title, description, payload, currency, amount, start, frozenset(asks), is_flexible,
                   prices=tuple(prices), most_tip=most_tip, tips=tips)  # fmt: skip


def _tips(call: Call) -> tuple[int, tuple[int, ...]]:
    """The highest tip, and those that are suggested. Raises ApiError."""
    most = call.parameters.integer("max_tip_amount", low=0)
    try:
        given = call.parameters.document("suggested_tip_amounts") or []
    except ValueError as error:
        raise bad_request("can't parse suggested tip amounts JSON object") from error
    if not isinstance(given, list):
        raise bad_request("expected an Array of suggested tip amounts")
    tips = tuple(tip for tip in given if type(tip) is int)
    rising = all(0 < tip <= most for tip in tips) and list(tips) == sorted(set(tips))
    if not rising or len(tips) > MOST_TIPS:
        raise bad_request("TIP_AMOUNT_INVALID")
    return most, tips


def _stars(call: Call) -> int:
    """Read the price: of Stars there is exactly one."""
    amounts: list[int] = [price["amount"] for price in _labeled(call, "prices")]
    if len(amounts) != 1 or amounts[0] < 1:
        raise bad_request("STARS_INVOICE_INVALID")
    return amounts[0]


def _labeled(call: Call, name: str) -> list[dict[str, Any]]:
    try:
        prices = call.parameters.document(name)
    except ValueError as error:
        raise bad_request(f"can't parse {name} JSON object") from error
    return _prices(prices)


def _prices(given: Any) -> list[dict[str, Any]]:
    """Those of a list that are LabeledPrices."""
    prices = [price for price in given if isinstance(price, dict)] if isinstance(given, list) else []
    return [price for price in prices if type(price.get("amount")) is int and isinstance(price.get("label", ""), str)]


def _options(call: Call) -> list[dict[str, Any]]:
    try:
        given = call.parameters.document("shipping_options")
    except ValueError as error:
        raise bad_request("can't parse shipping options JSON object") from error
    if not isinstance(given, list):
        raise bad_request("expected an Array of shipping options")
    options = []
    for option in given:
        if not isinstance(option, dict) or not all(isinstance(option.get(name), str) for name in ("id", "title")):
            raise bad_request("can't parse shipping option")
        options.append({"id": option["id"], "title": option["title"], "prices": _prices(option.get("prices"))})
    if not options:
        raise bad_request("SHIPPING_OPTION_INVALID")
    return options
