"""Methods that keep a message or a key for a person who uses a Mini App."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.reply_keyboards import read_key
from sandbox.api.results import draft_of, read_result
from sandbox.api.rights import user_of
from sandbox.errors import bad_request
from sandbox.people import Person

_CHATS = {
    "allow_user_chats": "user",
    "allow_bot_chats": "private",
    "allow_group_chats": "group",
    "allow_channel_chats": "channel",
}


@method("savePreparedInlineMessage")
async def save_prepared_inline_message(call: Call) -> dict[str, Any]:
    person = _person(call)
    result = read_result(call)
    chats = frozenset(kind for name, kind in _CHATS.items() if call.parameters.flag(name))
    if not chats:
        raise bad_request("at least one chat type must be allowed")
    prepared = call.world.prepare(person, call.bot, draft_of(call.world, call.bot, result), chats)
    return {"id": prepared.id, "expiration_date": prepared.expires_at}


@method("savePreparedKeyboardButton")
async def save_prepared_keyboard_button(call: Call) -> dict[str, Any]:
    person = _person(call)
    try:
        button = read_key(call.parameters.document("button"))
    except ValueError as error:
        raise bad_request("can't parse keyboard button JSON object") from error
    if not {"request_users", "request_chat"} & button.keys():
        raise bad_request("the button can't be prepared")
    return {"id": call.world.prepare_key(person, call.bot, button).id}


def _person(call: Call) -> Person:
    who = user_of(call)
    if not isinstance(who, Person):
        raise bad_request("user not found")
    return who
