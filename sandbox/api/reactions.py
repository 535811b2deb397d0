"""A bot's reactions to messages."""

from sandbox.api.registry import Call, method
from sandbox.api.targets import open_chat_of
from sandbox.errors import bad_request
from sandbox.terms import REACTION_EMOJI


@method("setMessageReaction")
async def set_message_reaction(call: Call) -> bool:
    post = open_chat_of(call).posts.get(call.parameters.integer("message_id"))
    if post is None:
        raise bad_request("message to react not found")
    try:
        wished = call.parameters.document("reaction") or []
        emoji = [one["emoji"] if one["type"] == "emoji" else "" for one in wished]  # others are not for bots
    except (ValueError, TypeError, KeyError) as error:
        raise bad_request("can't parse reaction types JSON object") from error
    if not REACTION_EMOJI.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    call.world.react(post, call.bot, emoji[0] if emoji else "")
    return True
