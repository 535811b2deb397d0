"""Methods about the General topic, which every forum has and whose messages name none; and pins of single topics."""

from sandbox.api.registry import Call, method
from sandbox.api.rights import need
from sandbox.api.topics import NOT_MODIFIED, forum_of, topic_name
from sandbox.chats import Chat
from sandbox.errors import bad_request


@method("editGeneralForumTopic")
async def edit_general_forum_topic(call: Call) -> bool:
    chat, name = _forum(call), topic_name(call)
    if name == chat.general.name:
        raise bad_request(NOT_MODIFIED)
    call.world.rename_general(chat, call.bot, name)
    return True


@method("closeGeneralForumTopic")
async def close_general_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    if chat.general.closed:
        raise bad_request(NOT_MODIFIED)
    call.world.close_general(chat, call.bot)
    return True


@method("reopenGeneralForumTopic")
async def reopen_general_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    if not chat.general.closed:
        raise bad_request(NOT_MODIFIED)
    call.world.reopen_general(chat, call.bot)
    return True


@method("hideGeneralForumTopic")
async def hide_general_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    if chat.general.hidden:
        raise bad_request(NOT_MODIFIED)
    call.world.hide_general(chat, call.bot)
    return True


@method("unhideGeneralForumTopic")
async def unhide_general_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    if not chat.general.hidden:
        raise bad_request(NOT_MODIFIED)
    call.world.unhide_general(chat, call.bot)
    return True


def _forum(call: Call) -> Chat:
    chat = forum_of(call)
    need(call, chat, "can_manage_topics", "not enough rights to edit the topic")
    return chat
