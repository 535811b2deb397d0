"""What a call points at: a chat, a message of the bot, a message to reply to."""

from typing import Any

from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call
from sandbox.api.replies import NO_REPLY, NOTHING, Reply, found_reply, wished_reply
from sandbox.chats import Chat, Post, Topic
from sandbox.errors import bad_request, forbidden, migrated
from sandbox.faults.kinds import kicked_words, not_member_words
from sandbox.people import Person


def chat_of(call: Call) -> Chat:
    """The chat of a call. Raises ApiError."""
    return call.chat or named_chat(call, "chat_id")


def named_chat(call: Call, name: str, parameters: Parameters | None = None) -> Chat:
    """The chat in a parameter of a call, or in one of an object. Raises ApiError."""
    parameters = parameters or call.parameters
    given = parameters.text(name)
    if not given:
        raise bad_request("chat_id is empty")
    chat = call.world.named_chat(given, parameters.integer(name), call.bot)
    if chat is None:
        raise bad_request("chat not found")
    return chat


def open_chat_of(call: Call) -> Chat:
    """The chat of a call that wants to be seen there. Raises ApiError."""
    chat = chat_of(call)
    check_is_open(call, chat)
    return chat


def check_is_open(call: Call, chat: Chat) -> None:
    """Raise ApiError where a bot is not, or no longer."""
    if chat.person:
        _check_person(chat.person, call)
    elif chat.upgraded_to:
        raise migrated(chat.upgraded_to.id)
    elif chat.deleted:
        raise forbidden("the group chat was deleted")
    elif not (standing := call.world.standing(chat, call.bot)).is_inside:
        raise forbidden(kicked_words(chat.type) if standing.is_banned else not_member_words(chat.type))


def _check_person(person: Person, call: Call) -> None:
    if person.deleted:
        raise forbidden("user is deactivated")
    if person.id in call.bot.blocked_by:
        raise forbidden("bot was blocked by the user")


def own_post(call: Call) -> Post:
    """The message a call wants to edit: one of the bot's, or one that a person sent and it wrote. Raises ApiError."""
    if is_inline(call):
        inline = call.world.inline_posts.get(call.parameters.text("inline_message_id"))
        if inline is None or inline.bot is not call.bot or not inline.is_there:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline.post
    post = post_of(call, "message to edit")
    if post.sender is not call.bot:
        raise bad_request("message can't be edited")
    return post


def is_inline(call: Call) -> bool:
    """Whether a call names its message by an inline_message_id, which only counts where nothing else does."""
    given = call.parameters
    return bool(given.text("inline_message_id")) and not given.text("chat_id") and not given.integer("message_id")


def edited(call: Call, post: Post) -> dict[str, Any] | bool:
    """What a call that edits a message answers: of an inline one the bot sees no more."""
    return True if is_inline(call) else post.to_json()


def post_of(call: Call, what: str) -> Post:
    """The message that a call names, whosoever it is. Raises ApiError."""
    chat = open_chat_of(call)
    message_id = call.parameters.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(message_id)
    if post is None:
        raise bad_request(f"{what} not found")
    return post


def reply_and_topic(call: Call, chat: Chat) -> tuple[Reply, Topic | None]:
    """What a call answers, and the topic it writes in. Raises ApiError."""
    reply = _reply(call, chat)
    return reply, topic_for(call, chat, reply.post)


def _reply(call: Call, chat: Chat) -> Reply:
    wished = wished_reply(call)
    if wished is NOTHING:
        return NO_REPLY
    other = named_chat(call, "chat_id", Parameters({"chat_id": wished.chat_id})) if wished.chat_id else chat
    return found_reply(wished, chat, other)


def topic_for(call: Call, chat: Chat, answered: Post | None) -> Topic | None:
    """The topic that a call names, else that of what it answers. Raises ApiError."""
    topic = _named_topic(call, chat) or (answered.topic if answered else None)
    _check_topic_is_open(call, chat, topic)
    return topic


def _named_topic(call: Call, chat: Chat) -> Topic | None:
    number = call.parameters.integer("message_thread_id")
    topic = chat.topics.get(number)
    if number and topic is None:
        raise bad_request("message thread not found")
    return topic


def _check_topic_is_open(call: Call, chat: Chat, topic: Topic | None) -> None:
    """Raise ApiError in a closed topic, or in a forum's closed General, which no message names."""
    closed = chat.is_forum and (topic or chat.general).closed
    if closed and not call.world.standing(chat, call.bot).may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
