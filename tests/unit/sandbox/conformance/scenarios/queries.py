"""What people ask without a message, and how bots get it."""

from sandbox.chats import Draft
from sandbox.entities.formatted import from_plain
from tests.unit.sandbox.conformance.stage import ALICE, Stage, scenario

BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}


@scenario
async def a_button_is_pressed(stage: Stage) -> None:
    for chat in (ALICE, stage.group):
        sent = await stage.call("sendMessage", chat_id=chat, text="x", reply_markup=BUTTONS)
        press = stage.world.press(ALICE, chat, sent["message_id"], "yes")
        await stage.call("answerCallbackQuery", callback_query_id=press.id, text="Thanks", show_alert=True)


@scenario
async def somebody_types_behind_the_bots_name(stage: Stage) -> None:
    asked = stage.world.ask_inline(ALICE, "cats")
    article = {"type": "article", "id": "1", "title": "Cat", "input_message_content": {"message_text": "A cat"}}
    await stage.call("answerInlineQuery", inline_query_id=asked.id, results=[article])
    stage.world.choose(asked, "1", stage.world.chat(stage.group), Draft(from_plain("A cat")))


@scenario
async def an_invoice_is_paid(stage: Stage) -> None:
    prices = [{"label": "Tea", "amount": 5}]
    what = {"title": "Tea", "description": "A cup", "payload": "tea", "currency": "XTR", "prices": prices}
    sent = await stage.call("sendInvoice", chat_id=ALICE, **what)
    checkout = stage.world.pay(ALICE, ALICE, sent["message_id"])
    await stage.call("answerPreCheckoutQuery", pre_checkout_query_id=checkout.id, ok=True)


@scenario
async def updates_are_fetched_or_posted(stage: Stage) -> None:
    stage.world.say(ALICE, ALICE, "hello")
    await stage.call("getUpdates", allowed_updates=["message"])
    await stage.call("getWebhookInfo")
    await stage.call("setWebhook", url="https://a.example/hook", max_connections=5, secret_token="s")
    await stage.call("getWebhookInfo")
    await stage.call("deleteWebhook", drop_pending_updates=True)


@scenario
async def keys_ask_for_users_and_a_chat(stage: Stage) -> None:
    keys = [
        {"text": "Who", "request_users": {"request_id": 1, "request_name": True, "request_username": True}},
        {"text": "Where", "request_chat": {"request_id": 2, "chat_is_channel": False, "request_title": True}},
    ]
    await stage.call("sendMessage", chat_id=ALICE, text="?", reply_markup={"keyboard": [keys]})
    stage.world.share_users(ALICE, ALICE, "Who", [2])
    stage.world.share_chat(ALICE, ALICE, "Where", stage.group)
