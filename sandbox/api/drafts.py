"""sendMessageDraft: a message shown while it is still being written. It is not kept; those who look see it grow."""

from sandbox.api.registry import Call, method
from sandbox.api.targets import open_chat_of
from sandbox.api.texts import read_text
from sandbox.errors import bad_request
from sandbox.terms import MessageLimit
from sandbox.views import place


@method("sendMessageDraft")
async def send_message_draft(call: Call) -> bool:
    formatted, number = read_text(call, call.parameters, "text", "entities"), call.parameters.integer("draft_id")
    chat = open_chat_of(call)
    if chat.person is None:
        raise bad_request("PEER_ID_INVALID")
    if not number:
        raise bad_request("RANDOM_ID_INVALID")
    if len(formatted.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    can_stop = call.parameters.flag("can_stop")
    call.world.show_draft(chat, number, can_stop=can_stop)
    shown = {
        "can_stop": can_stop,
        "text": formatted.text,
        "entities": [entity.to_json() for entity in formatted.entities],
    }
    call.world.emit({"type": "draft", **place(chat), "from": call.bot.number, "draft": number, **shown})
    return True
