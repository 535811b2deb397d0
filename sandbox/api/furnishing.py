"""Methods that change what a chat says of itself: its title, photo, description, stickers."""

from sandbox.api.attachments import ATTACH, stored_file
from sandbox.api.registry import Call, method
from sandbox.api.rights import need, need_supergroup
from sandbox.api.targets import open_chat_of
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.furnishing import LONGEST_DESCRIPTION, LONGEST_TITLE
from sandbox.stickers import SET_NAME


@method("setChatTitle")
async def set_chat_title(call: Call) -> bool:
    chat, title = open_chat_of(call), call.parameters.text("title").strip()[:LONGEST_TITLE]
    if not title:
        raise bad_request("title must be non-empty")
    _check(call, chat, "change", "title")
    call.world.set_title(chat, call.bot, title)
    return True


@method("setChatDescription")
async def set_chat_description(call: Call) -> bool:
    chat, description = open_chat_of(call), call.parameters.text("description").strip()[:LONGEST_DESCRIPTION]
    _check(call, chat, "set", "description")
    if description == chat.profile.description:
        raise bad_request("chat description is not modified")
    call.world.set_description(chat, description)
    return True


@method("setChatPhoto")
async def set_chat_photo(call: Call) -> bool:
    """Take a picture that comes with the call: one that the bot knows already is not taken here."""
    chat, given = open_chat_of(call), call.parameters
    _check(call, chat, "change", "photo")
    name = given.text("photo")
    if given.upload("photo") is None and not name.startswith(ATTACH):
        raise bad_request("photo must be uploaded as a file" if name else "there is no photo in the request")
    call.world.set_photo(chat, call.bot, stored_file(call, "photo", given, "photo"))
    return True


@method("deleteChatPhoto")
async def delete_chat_photo(call: Call) -> bool:
    chat = open_chat_of(call)
    _check(call, chat, "change", "photo")
    if chat.profile.photo is None:
        raise bad_request("CHAT_NOT_MODIFIED")
    call.world.delete_photo(chat, call.bot)
    return True


@method("setChatStickerSet")
async def set_chat_sticker_set(call: Call) -> bool:
    chat, name = _stickers_chat(call), call.parameters.text("sticker_set_name")
    if name.lower() != SET_NAME.lower():
        raise bad_request("STICKERSET_INVALID")
    chat.profile.sticker_set = SET_NAME
    return True


@method("deleteChatStickerSet")
async def delete_chat_sticker_set(call: Call) -> bool:
    _stickers_chat(call).profile.sticker_set = ""
    return True


def _stickers_chat(call: Call) -> Chat:
    chat = open_chat_of(call)
    need_supergroup(chat)
    need(call, chat, "can_change_info", "not enough rights to change supergroup sticker set")
    return chat


def _check(call: Call, chat: Chat, verb: str, what: str) -> None:
    if chat.person:
        raise bad_request(f"can't change private chat {what}")
    need(call, chat, "can_change_info", f"not enough rights to {verb} chat {what}")
