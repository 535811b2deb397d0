"""sendInvoice and answerPreCheckoutQuery: payments in Stars; other currencies need a provider, and there is none."""

from typing import Any

import telegram
from telegram.constants import InvoiceLimit

from sandbox.api.callbacks import TOO_OLD
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.registry import Call, method, one
from sandbox.api.targets import open_chat_of, placed
from sandbox.chats import Draft
from sandbox.errors import bad_request

STARS = "XTR"


@method("sendInvoice", one)
async def send_invoice(call: Call) -> dict[str, Any]:
    chat, payload, invoice = open_chat_of(call), _payload(call), _invoice(call)
    markup = inline_keyboard(call.parameters) or _pay(invoice["invoice"]["total_amount"])
    post = call.world.post(chat, call.bot, Draft(markup=markup, extra=invoice, **placed(call, chat)))
    call.world.payloads[post] = payload
    return post.to_json()


@method("answerPreCheckoutQuery")
async def answer_pre_checkout_query(call: Call) -> bool:
    refusal = "" if call.parameters.flag("ok") else call.parameters.text("error_message")
    if not refusal and not call.parameters.flag("ok"):
        raise bad_request("error message must be specified")
    asked = call.world.open_checkout(call.parameters.text("pre_checkout_query_id"), call.bot)
    if asked is None:
        raise bad_request(TOO_OLD)
    call.world.settle(asked, refusal)
    return True


def _pay(stars: int) -> telegram.InlineKeyboardMarkup:
    """The button that an invoice has by itself."""
    return telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton(f"Pay {stars} ⭐", pay=True)]])


def _payload(call: Call) -> str:
    payload = call.parameters.text("payload")
    if not InvoiceLimit.MIN_PAYLOAD_LENGTH <= len(payload.encode()) <= InvoiceLimit.MAX_PAYLOAD_LENGTH:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    return payload


def _invoice(call: Call) -> dict[str, Any]:
    """Read what people see of it."""
    title, description = call.parameters.text("title"), call.parameters.text("description")
    if not InvoiceLimit.MIN_TITLE_LENGTH <= len(title) <= InvoiceLimit.MAX_TITLE_LENGTH:
        raise bad_request("INVOICE_TITLE_INVALID")
    if not InvoiceLimit.MIN_DESCRIPTION_LENGTH <= len(description) <= InvoiceLimit.MAX_DESCRIPTION_LENGTH:
        raise bad_request("INVOICE_DESCRIPTION_INVALID")
    if call.parameters.text("currency") != STARS:
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    shown = {"title": title, "description": description, "start_parameter": call.parameters.text("start_parameter")}
    return {"invoice": {**shown, "currency": STARS, "total_amount": _stars(call)}}


def _stars(call: Call) -> int:
    """Read the price: of Stars there is exactly one."""
    try:
        prices = call.parameters.document("prices")
    except ValueError as error:
        raise bad_request("can't parse prices JSON object") from error
    amounts = [part.get("amount") for part in prices if isinstance(part, dict)] if isinstance(prices, list) else []
    if len(amounts) != 1 or type(amounts[0]) is not int or amounts[0] < 1:
        raise bad_request("STARS_INVOICE_INVALID")
    return amounts[0]
