"""Methods that pin messages and take them down again."""

from sandbox.api.registry import Call, method
from sandbox.api.targets import open_chat_of, post_of
from sandbox.errors import bad_request
from sandbox.forwarding import is_service


@method("pinChatMessage")
async def pin_chat_message(call: Call) -> bool:
    post = post_of(call, "message to pin")
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
    call.world.unpin(post)
    return True


@method("unpinAllChatMessages")
async def unpin_all_chat_messages(call: Call) -> bool:
    call.world.unpin_all(open_chat_of(call))
    return True
