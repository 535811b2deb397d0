"""A bot's reactions to messages, and those of others that it takes away."""

from sandbox.api.registry import Call, method
from sandbox.api.rights import need, user_of
from sandbox.api.targets import open_chat_of, post_of
from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.people import Person
from sandbox.terms import REACTION_EMOJI, ChatType


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


@method("deleteMessageReaction")
async def delete_message_reaction(call: Call) -> bool:
    post, who = post_of(call, "message"), _reactor(call)
    _check_may_delete(call, post.chat)
    if who not in post.reactions:
        raise bad_request("REACTION_EMPTY")
    call.world.react(post, who, "")
    return True


@method("deleteAllMessageReactions")
async def delete_all_message_reactions(call: Call) -> bool:
    chat, who = open_chat_of(call), _reactor(call)
    _check_may_delete(call, chat)
    for post in [post for post in chat.posts.values() if who in post.reactions]:
        call.world.react(post, who, "")
    return True


def _reactor(call: Call) -> Person | Bot:
    """Whose reactions are meant; chats do not react here. Raises ApiError."""
    if "actor_chat_id" in call.parameters:
        raise bad_request("chat not found")
    return user_of(call)


def _check_may_delete(call: Call, chat: Chat) -> None:
    if chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
        raise bad_request("method is available for group and supergroup chats only")
    need(call, chat, "can_delete_messages", "not enough rights to delete reactions")
