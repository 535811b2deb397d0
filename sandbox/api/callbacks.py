"""answerCallbackQuery: what a person sees after pressing an inline button."""

from sandbox.api.registry import Call, method
from sandbox.errors import bad_request
from sandbox.presses import CallbackAnswer
from sandbox.terms import CallbackQueryLimit

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    text = call.parameters.text("text")
    if len(text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    press = call.world.open_press(call.parameters.text("callback_query_id"), call.bot)
    if press is None:
        raise bad_request(TOO_OLD)
    call.world.answer(press, CallbackAnswer(text, call.parameters.flag("show_alert")))
    return True
