"""Methods about the bot itself and about chats."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.targets import chat_of, check_is_open, open_chat_of
from sandbox.chats import Chat
from sandbox.errors import bad_request, migrated
from sandbox.people import Person
from sandbox.standing import permissions_json
from sandbox.terms import ChatAction, ChatType
from sandbox.views import place

_ACTIONS = frozenset(str(action) for action in ChatAction)
_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getMe")
async def get_me(call: Call) -> dict[str, Any]:
    return {**call.bot.to_json(), **call.bot.profile.abilities}


@method("getChat")
async def get_chat(call: Call) -> dict[str, Any]:
    chat = chat_of(call)
    if chat.upgraded_to:
        raise migrated(chat.upgraded_to.id)
    if chat.person is None and not chat.profile.username:
        check_is_open(call, chat)
    more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    pinned = call.world.pinned(chat)
    told = _about_person(chat.person) if chat.person else _about_group(call, chat)
    return {**chat.to_json(), **more, **told, **({"pinned_message": pinned.to_json()} if pinned else {})}


def _about_person(person: Person) -> dict[str, Any]:
    return {"active_usernames": [person.username]} if person.username else {}


def _about_group(call: Call, chat: Chat) -> dict[str, Any]:
    """What getChat tells of a group besides the usual: of its links only the bot's own."""
    profile, link = chat.profile, chat.profile.primary_link(call.bot)
    told = {
        "photo": profile.photo_json(),
        "active_usernames": [profile.username] if profile.username else None,
        "description": profile.description,
        "invite_link": link.url if link else "",
        "guard_bot": profile.guard.to_json() if profile.guard and _is_administrator(call, chat) else None,
        "join_by_request": profile.join_by_request,
        "permissions": None if chat.is_channel else permissions_json(profile.permissions),
        "sticker_set_name": profile.sticker_set,
        "can_set_sticker_set": chat.type == ChatType.SUPERGROUP,
        "has_visible_history": chat.type == ChatType.SUPERGROUP,
    }
    return {name: value for name, value in told.items() if value}


def _is_administrator(call: Call, chat: Chat) -> bool:
    return call.world.standing(chat, call.bot).is_administrator


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    chat, action = open_chat_of(call), call.parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.world.emit({"type": "action", **place(chat), "from": call.bot.number, "action": action})
    return True
