"""Methods that write, change and remove messages of text."""

from typing import Any

import telegram

from sandbox.api.keyboards import inline_keyboard
from sandbox.api.registry import Call, method, one
from sandbox.api.targets import chat_of, open_chat_of, own_post, placed
from sandbox.api.texts import formatted_caption, formatted_text
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.errors import bad_request

DELETABLE_SECONDS = 48 * 3600  # Bot API, deleteMessage
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method("sendMessage", one)
async def send_message(call: Call) -> dict[str, Any]:
    chat = open_chat_of(call)
    formatted, markup = formatted_text(call), inline_keyboard(call.parameters)
    draft = Draft(formatted, markup, **placed(call, chat))
    return call.world.post(chat, call.bot, draft).to_json()


@method("editMessageText", one)
async def edit_message_text(call: Call) -> dict[str, Any]:
    post = own_post(call)
    if post.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(call, post, formatted_text(call), inline_keyboard(call.parameters))


@method("editMessageCaption", one)
async def edit_message_caption(call: Call) -> dict[str, Any]:
    post = own_post(call)
    if post.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, post, formatted_caption(call, call.parameters), inline_keyboard(call.parameters))


@method("editMessageReplyMarkup", one)
async def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    post = own_post(call)
    return _edit(call, post, Formatted(post.text, post.entities), inline_keyboard(call.parameters))


def _edit(call: Call, post: Post, formatted: Formatted, markup: telegram.InlineKeyboardMarkup | None) -> dict[str, Any]:
    if (post.text, post.entities, post.markup) == (formatted.text, formatted.entities, markup):
        raise bad_request(NOT_MODIFIED)
    call.world.edit(post, formatted, markup)
    return post.to_json()


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    chat = chat_of(call)
    message_id = call.parameters.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    post = chat.posts.get(message_id)
    if post is None:
        raise bad_request("message to delete not found")
    in_reach = post.sender is call.bot or chat.person is not None
    if not in_reach or call.world.clock.now() > post.date + DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    call.world.delete(post)
    return True
