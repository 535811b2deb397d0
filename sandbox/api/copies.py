"""Methods that copy and forward messages from one chat to another."""

from dataclasses import replace
from typing import Any

import telegram
from telegram.constants import BulkRequestLimit

from sandbox.api.keyboards import inline_keyboard
from sandbox.api.registry import Call, as_many_as, method, one
from sandbox.api.targets import named_chat, open_chat_of, placed, topic_of
from sandbox.api.texts import formatted_caption
from sandbox.chats import Chat, Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.errors import bad_request

_SERVICE = frozenset({
    "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "general_forum_topic_hidden", "general_forum_topic_unhidden", "new_chat_members", "left_chat_member",
    "new_chat_title", "new_chat_photo", "delete_chat_photo", "refunded_payment", "web_app_data",
})  # fmt: skip
_KEPT = ("media_group_id",)


@method("copyMessage", one)
async def copy_message(call: Call) -> dict[str, int]:
    chat, original = open_chat_of(call), _original(call, "copy")
    formatted = Formatted(original.text, original.entities)
    if original.media and "caption" in call.parameters:
        formatted = formatted_caption(call, call.parameters)
    markup = inline_keyboard(call.parameters)
    draft = Draft(formatted, markup, media=original.media, **placed(call, chat))
    return _reference(call.world.post(chat, call.bot, draft))


@method("copyMessages", as_many_as("message_ids"))
async def copy_messages(call: Call) -> list[dict[str, int]]:
    chat, originals = open_chat_of(call), _originals(call, "copy")
    bare, topic = call.parameters.flag("remove_caption"), topic_of(call, chat)
    drafts = [replace(_copy(original, bare=bare), topic=topic) for original in originals]
    return [_reference(call.world.post(chat, call.bot, draft)) for draft in drafts]


@method("forwardMessage", one)
async def forward_message(call: Call) -> dict[str, Any]:
    chat, original = open_chat_of(call), _original(call, "forward")
    draft = replace(_forward(original), topic=topic_of(call, chat))
    return call.world.post(chat, call.bot, draft).to_json()


@method("forwardMessages", as_many_as("message_ids"))
async def forward_messages(call: Call) -> list[dict[str, int]]:
    chat, originals = open_chat_of(call), _originals(call, "forward")
    topic = topic_of(call, chat)
    drafts = [replace(_forward(original), topic=topic) for original in originals]
    return [_reference(call.world.post(chat, call.bot, draft)) for draft in drafts]


def _copy(original: Post, *, bare: bool) -> Draft:
    formatted = Formatted("") if bare and original.media else Formatted(original.text, original.entities)
    return Draft(formatted, media=original.media, extra=_kept(original))


def _forward(original: Post) -> Draft:
    extra = {**_kept(original), "forward_origin": original.extra.get("forward_origin") or _origin(original)}
    return Draft(Formatted(original.text, original.entities), _links(original), None, original.media, extra)


def _links(original: Post) -> telegram.InlineKeyboardMarkup | None:
    """What a forwarded message keeps of its buttons: those that only lead somewhere, and all or nothing."""
    return original.markup if original.markup and all(button.url for button in original.buttons) else None


def _origin(original: Post) -> dict[str, Any]:
    if original.chat.is_channel:
        place = {"chat": original.chat.to_json(), "message_id": original.message_id}
        return {"type": "channel", "date": original.date, **place}
    return {"type": "user", "date": original.date, "sender_user": original.sender.to_json()}


def _kept(original: Post) -> dict[str, Any]:
    return {name: original.extra[name] for name in _KEPT if name in original.extra}


def _original(call: Call, verb: str) -> Post:
    message_id = call.parameters.integer("message_id")
    post = _source(call).posts.get(message_id)
    if post is None:
        raise bad_request(f"message to {verb} not found")
    if _SERVICE & post.extra.keys():
        raise bad_request("the message can't be copied" if verb == "copy" else "the message can't be forwarded")
    return post


def _originals(call: Call, verb: str) -> list[Post]:
    """The messages of a bulk call; as the Bot API says, those that are not there are skipped."""
    try:
        given = call.parameters.document("message_ids")
    except ValueError as error:
        raise bad_request("can't parse message identifiers JSON object") from error
    if not isinstance(given, list) or not all(type(number) is int for number in given):
        raise bad_request("message identifiers must be an Array of Integer")
    if not BulkRequestLimit.MIN_LIMIT <= len(given) <= BulkRequestLimit.MAX_LIMIT:
        raise bad_request("wrong number of message identifiers")
    source = _source(call)
    found = [source.posts[number] for number in given if number in source.posts]
    wanted = [post for post in found if not _SERVICE & post.extra.keys()]
    if not wanted:
        raise bad_request(f"there are no messages to {verb}")
    return wanted


def _source(call: Call) -> Chat:
    if not call.parameters.text("from_chat_id"):
        raise bad_request("chat_id is empty")
    return named_chat(call, "from_chat_id")


def _reference(post: Post) -> dict[str, int]:
    return {"message_id": post.message_id}
