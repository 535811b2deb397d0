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
async def a_person_changes_their_subscription(stage: Stage) -> None:
    link = await stage.call("createInvoiceLink", **TIP, subscription_period=MONTH)
    asked = stage.world.pay_link(BOB, link)
    await stage.call("answerPreCheckoutQuery", pre_checkout_query_id=asked.id, ok=True)
    (charge,) = stage.world.payments
    for state in ("canceled", "active", "failed"):
        stage.world.change_subscription(charge, state)


@scenario
async def paid_media_are_bought(stage: Stage) -> None:
    media = [{"type": "photo", "media": "attach://a"}]
    sent = await stage.call("sendPaidMedia", chat_id=BOB, star_count=5, media=media, payload="p", a=b"x")
    stage.world.buy_media(BOB, BOB, sent["message_id"])
    await stage.call("getStarTransactions")


@scenario
async def a_mini_app_offers_a_message_and_keys(stage: Stage) -> None:
    kept = await stage.call("savePreparedInlineMessage", user_id=BOB, result=THANKS, allow_group_chats=True)
    stage.world.share_prepared(BOB, kept["id"], stage.group)
    whom = {"request_id": 7, "max_quantity": 2, "request_name": True, "request_username": True}
    which = {"request_id": 8, "chat_is_channel": False, "request_title": True}
    kept = await stage.call("savePreparedKeyboardButton", user_id=BOB, button={"text": "Whom?", "request_users": whom})
    stage.world.share_users(BOB, BOB, "", [ALICE, 3], prepared=kept["id"])
    kept = await stage.call("savePreparedKeyboardButton", user_id=BOB, button={"text": "Where?", "request_chat": which})
    stage.world.share_chat(BOB, BOB, "", stage.group, prepared=kept["id"])


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
