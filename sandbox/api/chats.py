"""Methods about the bot itself and about chats."""

from typing import Any

import telegram
from telegram.constants import ChatAction

from sandbox.api.registry import Call, method
from sandbox.api.targets import chat_of, open_chat_of
from sandbox.errors import bad_request, migrated
from sandbox.views import place

_ACTIONS = frozenset(str(action) for action in ChatAction)
_NO_GIFTS = telegram.AcceptedGiftTypes(False, False, False, False, False).to_dict()
_ABILITIES: dict[str, bool] = {
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


@method("getMe")
async def get_me(call: Call) -> dict[str, Any]:
    return {**call.bot.to_json(), **_ABILITIES}


@method("getChat")
async def get_chat(call: Call) -> dict[str, Any]:
    chat = chat_of(call)
    if chat.upgraded_to:
        raise migrated(chat.upgraded_to.id)
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    pinned = call.world.pinned(chat)
    return {**chat.to_json(), **more, **({"pinned_message": pinned.to_json()} if pinned else {})}


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    chat, action = open_chat_of(call), call.parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.emit({"type": "action", **place(chat), "from": call.bot.number, "action": action})
    return True
