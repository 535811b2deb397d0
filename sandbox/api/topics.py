"""Methods about the topics of a forum."""

from typing import Any

from sandbox.api.registry import Call, method, one
from sandbox.api.targets import open_chat_of
from sandbox.chats import Chat, Topic
from sandbox.errors import bad_request
from sandbox.topics import COLORS

_LONGEST_NAME = 128  # Bot API, createForumTopic


@method("createForumTopic", one)
async def create_forum_topic(call: Call) -> dict[str, Any]:
    chat, name = _forum(call), _name(call)
    if not chat.bots_manage_topics:
        raise bad_request("not enough rights to create a topic")
    color = call.parameters.integer("icon_color")
    return call.world.open_topic(chat, call.bot, name, color if color in COLORS else 0).to_json()


@method("editForumTopic")
async def edit_forum_topic(call: Call) -> bool:
    chat, topic = _topic(call)
    if (name := _name(call)) == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    call.world.rename_topic(chat, topic, call.bot, name)
    return True


@method("closeForumTopic")
async def close_forum_topic(call: Call) -> bool:
    chat, topic = _topic(call)
    if topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    call.world.close_topic(chat, topic, call.bot)
    return True


@method("reopenForumTopic")
async def reopen_forum_topic(call: Call) -> bool:
    chat, topic = _topic(call)
    if not topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    call.world.reopen_topic(chat, topic, call.bot)
    return True


@method("deleteForumTopic")
async def delete_forum_topic(call: Call) -> bool:
    call.world.delete_topic(*_topic(call))
    return True


def _forum(call: Call) -> Chat:
    chat = open_chat_of(call)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(call: Call) -> tuple[Chat, Topic]:
    """The topic that a call wants to change: each bot its own, the others with the right."""
    chat = _forum(call)
    topic = chat.topics.get(call.parameters.integer("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if topic.opened_by is not call.bot and not chat.bots_manage_topics:
        raise bad_request("not enough rights to edit the topic")
    return chat, topic


def _name(call: Call) -> str:
    name = call.parameters.text("name").strip()
    if not name:
        raise bad_request("title must be non-empty")
    return name[:_LONGEST_NAME]
