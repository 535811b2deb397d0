"""Methods about a bot's Stars: what it has, what came and went, refunds and subscriptions."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.rights import user_of
from sandbox.errors import bad_request
from sandbox.invoices import Payment

MOST_LINES = 100  # Bot API, getStarTransactions


@method("getMyStarBalance")
async def get_my_star_balance(call: Call) -> dict[str, int]:
    return {"amount": call.world.balance(call.bot)}


@method("getStarTransactions")
async def get_star_transactions(call: Call) -> dict[str, Any]:
    """The lines of the account, the oldest first."""
    limit = call.parameters.integer("limit", MOST_LINES, 1, MOST_LINES)
    offset = call.parameters.integer("offset", low=0)
    lines = call.world.accounts.get(call.bot, [])
    return {"transactions": [line.to_json() for line in lines[offset : offset + limit]]}


@method("refundStarPayment")
async def refund_star_payment(call: Call) -> bool:
    payment = _payment(call)
    if payment.is_refunded:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    if call.world.balance(call.bot) < payment.stars:
        raise bad_request("BALANCE_TOO_LOW")
    call.world.refund(payment)
    return True


@method("editUserStarSubscription")
async def edit_user_star_subscription(call: Call) -> bool:
    payment = _payment(call)
    if not payment.period:
        raise bad_request("CHARGE_NOT_FOUND")
    payment.is_canceled = call.parameters.flag("is_canceled")
    return True


def _payment(call: Call) -> Payment:
    """The payment in Stars that a call names. Raises ApiError."""
    who = user_of(call)
    payment = call.world.payments.get(call.parameters.text("telegram_payment_charge_id"))
    if payment is None or payment.bot is not call.bot or payment.person.id != who.user_id or not payment.stars:
        raise bad_request("CHARGE_NOT_FOUND")
    return payment
