"""Methods that delete messages, and which of them a bot may delete: the rules and words are those of tdlib."""

from sandbox.api.numbers import message_ids
from sandbox.api.registry import Call, method
from sandbox.api.targets import chat_of
from sandbox.chats import Chat, Post
from sandbox.errors import bad_request
from sandbox.forwarding import is_creation, is_service
from sandbox.terms import ChatType

DELETABLE_SECONDS = 48 * 3600  # Bot API, deleteMessage
DICE_SECONDS = 24 * 3600  # … in a private chat only afterwards
_HERE, _FOR_EVERYONE = "message can't be deleted", "message can't be deleted for everyone"


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    chat = chat_of(call)
    message_id = call.parameters.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(message_id)
    if post is None:
        raise bad_request("message to delete not found")
    _check_deletable(call, chat, post)
    call.world.delete(post)
    return True


@method("deleteMessages")
async def delete_messages(call: Call) -> bool:
    """Delete all or, where one of them cannot be deleted, nothing; those that are not there are skipped."""
    numbers, chat = message_ids(call), chat_of(call)
    posts = [chat.posts[number] for number in dict.fromkeys(numbers) if number in chat.posts]
    for post in posts:
        _check_deletable(call, chat, post)
    for post in posts:
        call.world.delete(post)
    return True


def _check_deletable(call: Call, chat: Chat, post: Post) -> None:
    """Raise ApiError for a message that a bot must leave where it is."""
    age = call.world.clock.now() - post.date
    if chat.type in {ChatType.PRIVATE, ChatType.GROUP}:
        if age > DELETABLE_SECONDS or not _is_in_reach(call, chat, post, age):
            raise bad_request(_FOR_EVERYONE)
    elif age >= DELETABLE_SECONDS or is_creation(post) or not _is_allowed(call, chat, post):
        raise bad_request(_HERE)


def _is_in_reach(call: Call, chat: Chat, post: Post, age: float) -> bool:
    """In private chats everything but a young dice, in basic groups what is its own or, for administrators, all."""
    if chat.person:
        return "dice" not in post.extra or age >= DICE_SECONDS
    own = post.sender is call.bot and not is_service(post)
    return own or call.world.standing(chat, call.bot).is_administrator


def _is_allowed(call: Call, chat: Chat, post: Post) -> bool:
    """In supergroups and channels everything with the right to it, else what is its own and tells of nothing."""
    standing = call.world.standing(chat, call.bot)
    if standing.may("can_delete_messages"):
        return True
    if post.sender is not call.bot:
        return False
    return standing.may("can_post_messages") if chat.is_channel or is_service(post) else True
