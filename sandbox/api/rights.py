"""What the methods about members share: who is meant, what the bot may, and the words that lists of rights come in."""

from collections.abc import Collection
from typing import Any

from sandbox.api.registry import Call
from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.people import Person
from sandbox.standing import ALL_PERMISSIONS
from sandbox.terms import ChatType

_MEDIA = frozenset({
    "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
    "can_send_voice_notes",
})  # fmt: skip
_LEGACY = frozenset({
    "can_send_messages", "can_send_media_messages", "can_send_other_messages", "can_add_web_page_previews",
})  # fmt: skip
# Bot API, ChatPermissions: what is left out follows these.
_FOLLOWS = {
    "can_react_to_messages": "can_send_messages",
    "can_edit_tag": "can_pin_messages",
    "can_manage_topics": "can_pin_messages",
}


def user_of(call: Call) -> Person | Bot:
    """The account that a call names. Raises ApiError."""
    user_id = call.parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    found = call.world.account(user_id)
    if found is None:
        raise bad_request("user not found")
    return found


def need(call: Call, chat: Chat, right: str, words: str) -> None:
    """Refuse in these words what a bot has no right to. Raises ApiError."""
    if not call.world.standing(chat, call.bot).may(right):
        raise bad_request(words)


def need_supergroup(chat: Chat) -> None:
    if chat.type != ChatType.SUPERGROUP:
        raise bad_request("method is available only for supergroups")


def need_supergroup_or_channel(chat: Chat) -> None:
    if chat.type not in {ChatType.SUPERGROUP, ChatType.CHANNEL}:
        raise bad_request("method is available for supergroup and channel chats only")


def permissions_of(call: Call) -> frozenset[str]:
    """The permissions that a call gives; without a word for each medium, one includes others. Raises ApiError."""
    given = _permissions(call)
    for name, value in given.items():
        if not isinstance(value, bool):
            raise bad_request(f'can\'t parse chat permissions: Field "{name}" must be of type Boolean')
    granted = {name for name, value in given.items() if value}
    if "can_send_media_messages" in granted:
        granted |= _MEDIA
    if not call.parameters.flag("use_independent_chat_permissions"):
        granted |= _included(granted)
    granted |= {name for name, source in _FOLLOWS.items() if name not in given and source in granted}
    return ALL_PERMISSIONS & granted


def _permissions(call: Call) -> dict[str, Any]:
    if "permissions" not in call.parameters:
        return {name: call.parameters.flag(name) for name in _LEGACY}
    try:
        given = call.parameters.document("permissions")
    except ValueError as error:
        raise bad_request("can't parse permissions JSON object") from error
    if not isinstance(given, dict):
        raise bad_request("object expected as permissions")
    return given


def _included(granted: Collection[str]) -> set[str]:
    """What Bot API's restrictChatMember says that some permissions imply."""
    more: set[str] = set()
    if {"can_send_other_messages", "can_add_web_page_previews"} & set(granted):
        more |= _MEDIA
    if more or (_MEDIA | {"can_send_polls"}) & set(granted):
        more.add("can_send_messages")
    return more
