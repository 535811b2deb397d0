"""Payments beyond an invoice in Stars: links, subscriptions, shipping, refunds; and Web Apps."""

from tests.unit.sandbox.conformance.stage import ALICE, BOB, Stage, scenario
from tests.unit.sandbox.goods import CAKE, MONTH, POST, TIP

THANKS = {
    "type": "article", "id": "a", "title": "Thanks", "input_message_content": {"message_text": "Thanks"},
}  # fmt: skip


@scenario
async def a_subscription_is_bought_and_refunded(stage: Stage) -> None:
    link = await stage.call("createInvoiceLink", **TIP, subscription_period=MONTH)
    asked = stage.world.pay_link(BOB, link)
    await stage.call("answerPreCheckoutQuery", pre_checkout_query_id=asked.id, ok=True)
    await stage.call("getMyStarBalance")
    (line,) = (await stage.call("getStarTransactions"))["transactions"]
    charge = {"user_id": BOB, "telegram_payment_charge_id": line["id"]}
    stage.world.renew(line["id"])
    await stage.call("editUserStarSubscription", **charge, is_canceled=True)
    await stage.call("refundStarPayment", **charge)
    await stage.call("getStarTransactions")


@scenario
async def a_cake_is_sent_by_post(stage: Stage) -> None:
    sent = await stage.call("sendInvoice", chat_id=BOB, **CAKE, is_flexible=True)
    asked = stage.world.ask_shipping(BOB, BOB, sent["message_id"])
    await stage.call("answerShippingQuery", shipping_query_id=asked.id, ok=True, shipping_options=[POST])
    checkout = stage.world.ship(asked.id, "post")
    await stage.call("answerPreCheckoutQuery", pre_checkout_query_id=checkout.id, ok=True)


@scenario
async def a_web_app_answers(stage: Stage) -> None:
    visit = stage.world.open_web_app(ALICE, stage.group)
    await stage.call("answerWebAppQuery", web_app_query_id=visit.query_id, result=THANKS)
