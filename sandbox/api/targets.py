"""What a call points at: a chat, a message of the bot, a message to reply to; and the texts it brings."""

import re
from typing import Any

import telegram
from telegram.constants import MessageEntityType, MessageLimit

from sandbox.api.registry import Call
from sandbox.chats import Chat, Post
from sandbox.entities.formatted import Formatted, from_entities, from_html, from_plain
from sandbox.errors import bad_request, forbidden

SOURCE_LIMIT = 32_768  # Client.cpp: more is refused before it is parsed
_USER_LINK = re.compile(r"tg://user/?\?id=([0-9]{1,18})")
_UNREADABLE_MODES = frozenset({"markdown", "markdownv2"})


def chat_of(call: Call) -> Chat:
    """The chat of a call. Raises ApiError."""
    given = call.parameters.text("chat_id")
    if not given:
        raise bad_request("chat_id is empty")
    chat = None if given.startswith("@") else call.world.find_chat(call.parameters.integer("chat_id"), call.bot)
    if chat is None:
        raise bad_request("chat not found")
    return chat


def open_chat_of(call: Call) -> Chat:
    """The chat of a call that wants to be seen there. Raises ApiError."""
    chat = chat_of(call)
    if chat.person and chat.person.id in call.bot.blocked_by:
        raise forbidden("bot was blocked by the user")
    return chat


def own_post(call: Call) -> Post:
    """The message a call wants to edit. Raises ApiError."""
    chat = open_chat_of(call)
    message_id = call.parameters.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(message_id)
    if post is None:
        raise bad_request("message to edit not found")
    if post.sender is not call.bot:
        raise bad_request("message can't be edited")
    return post


def replied_post(call: Call, chat: Chat) -> Post | None:
    """The message a call replies to, if it does. Raises ApiError."""
    wished = _reply_parameters(call)
    try:
        message_id = int(wished.get("message_id") or 0)
    except (TypeError, ValueError):
        message_id = -1
    if not message_id:
        return None
    post = chat.posts.get(message_id)
    if post is None and not wished.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return post


def _reply_parameters(call: Call) -> dict[str, Any]:
    parameters = call.parameters
    try:
        wished = parameters.document("reply_parameters")
    except ValueError as error:
        raise bad_request("can't parse reply parameters JSON object") from error
    if isinstance(wished, dict):
        return wished
    return {
        "message_id": parameters.integer("reply_to_message_id"),
        "allow_sending_without_reply": parameters.flag("allow_sending_without_reply"),
    }


def formatted_text(call: Call) -> Formatted:
    """The text of a call with its entities. Raises ApiError."""
    formatted = _read_text(call)
    if not formatted.text.strip():
        raise bad_request("message text is empty")
    if len(formatted.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return formatted


def _read_text(call: Call) -> Formatted:
    text, mode = call.parameters.text("text"), call.parameters.text("parse_mode").lower()
    if len(text.encode("utf-8", "replace")) > SOURCE_LIMIT:
        raise bad_request("text is too long")
    if mode in _UNREADABLE_MODES:
        raise bad_request(f"this version of the sandbox cannot read parse_mode {mode}; use HTML or entities")
    if mode == "html":
        return _with_text_mentions(from_html(text), call)
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    entities = _entities(call)
    return from_entities(text, entities) if entities else from_plain(text)


def _with_text_mentions(formatted: Formatted, call: Call) -> Formatted:
    """Turn links to tg://user?id=… into mentions of people the sandbox knows, and drop the others."""
    return Formatted(formatted.text, tuple(entity for given in formatted.entities for entity in _mention(given, call)))


def _mention(entity: telegram.MessageEntity, call: Call) -> list[telegram.MessageEntity]:
    match = _USER_LINK.fullmatch(entity.url or "")
    if match is None:
        return [entity]
    person = call.world.people.get(int(match[1]))
    kind = MessageEntityType.TEXT_MENTION
    return [telegram.MessageEntity(kind, entity.offset, entity.length, user=person.to_user())] if person else []


def _entities(call: Call) -> list[telegram.MessageEntity]:
    try:
        given = call.parameters.document("entities") or []
        entities = [telegram.MessageEntity.de_json(entity, None) for entity in given]
    except (ValueError, TypeError, AttributeError) as error:
        raise bad_request("can't parse entities JSON object") from error
    return [entity for entity in entities if entity.type in set(MessageEntityType)]
