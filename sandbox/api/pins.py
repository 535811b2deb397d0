"""Methods that pin messages and take them down again."""

from sandbox.api.registry import Call, method
from sandbox.api.rights import need
from sandbox.api.targets import open_chat_of, post_of
from sandbox.api.topics import forum_of, named_topic
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.forwarding import is_service
from sandbox.pins import right_to_pin


@method("pinChatMessage")
async def pin_chat_message(call: Call) -> bool:
    post = post_of(call, "message to pin")
    _check_may_pin(call, post.chat)
    if is_service(post):
        raise bad_request("message can't be pinned")
    call.world.pin(post, call.bot, silent=call.parameters.flag("disable_notification"))
    return True


@method("unpinChatMessage")
async def unpin_chat_message(call: Call) -> bool:
    """Take down the message that is named, else the newest one."""
    if call.parameters.integer("message_id"):
        post = post_of(call, "message to unpin")
    else:
        newest = call.world.pinned(open_chat_of(call))
        if newest is None:
            raise bad_request("message to unpin not found")
        post = newest
    _check_may_pin(call, post.chat)
    call.world.unpin(post)
    return True


@method("unpinAllChatMessages")
async def unpin_all_chat_messages(call: Call) -> bool:
    chat = open_chat_of(call)
    _check_may_pin(call, chat)
    call.world.unpin_all(chat)
    return True


@method("unpinAllForumTopicMessages")
async def unpin_all_forum_topic_messages(call: Call) -> bool:
    chat, topic = named_topic(call)
    _check_may_pin(call, chat)
    call.world.unpin_topic(chat, topic)
    return True


@method("unpinAllGeneralForumTopicMessages")
async def unpin_all_general_forum_topic_messages(call: Call) -> bool:
    chat = forum_of(call)
    _check_may_pin(call, chat)
    call.world.unpin_topic(chat, None)
    return True


def _check_may_pin(call: Call, chat: Chat) -> None:
    """Private chats ask for no right. Raises ApiError."""
    if chat.person is None:
        need(call, chat, right_to_pin(chat), "not enough rights to manage pinned messages in the chat")
