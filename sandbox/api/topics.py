"""Methods about the topics of a forum; those about the General one are in general_topic.py."""

from typing import Any

from sandbox.api.registry import Call, method, one
from sandbox.api.rights import need
from sandbox.api.targets import open_chat_of
from sandbox.chats import Chat, Topic
from sandbox.errors import bad_request
from sandbox.stickers import CUSTOM_EMOJI
from sandbox.terms import FORUM_ICON_COLORS

_LONGEST_NAME = 128  # Bot API, createForumTopic
NOT_MODIFIED = "TOPIC_NOT_MODIFIED"


@method("createForumTopic", one)
async def create_forum_topic(call: Call) -> dict[str, Any]:
    chat, name, icon = forum_of(call), topic_name(call), _icon(call)
    need(call, chat, "can_manage_topics", "not enough rights to create a topic")
    color = call.parameters.integer("icon_color")
    return call.world.open_topic(chat, call.bot, name, color if color in FORUM_ICON_COLORS else 0, icon).to_json()


@method("editForumTopic")
async def edit_forum_topic(call: Call) -> bool:
    """Change the name, the icon, or both; an empty icon takes it away."""
    chat, topic = _topic(call)
    changes: dict[str, str] = {}
    if "name" in call.parameters and (name := topic_name(call)) != topic.name:
        changes["name"] = name
    if "icon_custom_emoji_id" in call.parameters and (icon := _icon(call)) != topic.icon:
        changes["icon_custom_emoji_id"] = icon
    if not changes:
        raise bad_request(NOT_MODIFIED)
    call.world.edit_topic(chat, topic, call.bot, changes)
    return True


@method("closeForumTopic")
async def close_forum_topic(call: Call) -> bool:
    chat, topic = _topic(call)
    if topic.closed:
        raise bad_request(NOT_MODIFIED)
    call.world.close_topic(chat, topic, call.bot)
    return True


@method("reopenForumTopic")
async def reopen_forum_topic(call: Call) -> bool:
    chat, topic = _topic(call)
    if not topic.closed:
        raise bad_request(NOT_MODIFIED)
    call.world.reopen_topic(chat, topic, call.bot)
    return True


@method("deleteForumTopic")
async def delete_forum_topic(call: Call) -> bool:
    call.world.delete_topic(*_topic(call))
    return True


def forum_of(call: Call) -> Chat:
    """The chat of a call, which must have topics. Raises ApiError."""
    chat = open_chat_of(call)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def topic_name(call: Call) -> str:
    name = call.parameters.text("name").strip()
    if not name:
        raise bad_request("title must be non-empty")
    return name[:_LONGEST_NAME]


def named_topic(call: Call) -> tuple[Chat, Topic]:
    """The topic that a call names. Raises ApiError."""
    chat = forum_of(call)
    topic = chat.topics.get(call.parameters.integer("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return chat, topic


def _topic(call: Call) -> tuple[Chat, Topic]:
    """The topic that a call wants to change: each bot its own, the others with the right."""
    chat, topic = named_topic(call)
    if topic.opened_by is not call.bot:
        need(call, chat, "can_manage_topics", "not enough rights to edit the topic")
    return chat, topic


def _icon(call: Call) -> str:
    icon = call.parameters.text("icon_custom_emoji_id")
    if icon and icon not in CUSTOM_EMOJI:
        raise bad_request("DOCUMENT_INVALID")
    return icon
