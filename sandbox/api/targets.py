"""What a call points at: a chat, a message of the bot, a message to reply to."""

from typing import Any, TypedDict

from telegram.constants import ChatMemberStatus

from sandbox.api.registry import Call
from sandbox.chats import Chat, Post, Topic
from sandbox.errors import bad_request, forbidden, migrated
from sandbox.faults.kinds import kicked_words, not_member_words
from sandbox.people import Person


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
    if chat.person:
        _check_person(chat.person, call)
    elif chat.upgraded_to:
        raise migrated(chat.upgraded_to.id)
    elif chat.deleted:
        raise forbidden("the group chat was deleted")
    elif status := chat.absent.get(call.bot):
        kicked = status == ChatMemberStatus.BANNED
        raise forbidden(kicked_words(chat.type) if kicked else not_member_words(chat.type))
    return chat


def _check_person(person: Person, call: Call) -> None:
    if person.deleted:
        raise forbidden("user is deactivated")
    if person.id in call.bot.blocked_by:
        raise forbidden("bot was blocked by the user")


def own_post(call: Call) -> Post:
    """The message a call wants to edit; those that were sent inline are not known here. Raises ApiError."""
    if call.parameters.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
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


class Place(TypedDict):
    """Where in its chat a message goes, as a Draft takes it."""

    reply_to: Post | None
    topic: Topic | None


def placed(call: Call, chat: Chat) -> Place:
    """The message a call replies to, if it does, and the topic it writes in: its own, else that of the reply."""
    reply_to = _replied_post(call, chat)
    return {"reply_to": reply_to, "topic": topic_of(call, chat) or (reply_to.topic if reply_to else None)}


def topic_of(call: Call, chat: Chat) -> Topic | None:
    """The topic that a call names, if it does. Raises ApiError."""
    if not (number := call.parameters.integer("message_thread_id")):
        return None
    topic = chat.topics.get(number)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not chat.bots_manage_topics:
        raise bad_request("TOPIC_CLOSED")
    return topic


def _replied_post(call: Call, chat: Chat) -> Post | None:
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
