"""Methods that write and change messages of text; deleting.py has those that remove them."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.captions import above_media
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.registry import Call, method, one
from sandbox.api.sending import link_preview, send
from sandbox.api.targets import edited, own_post
from sandbox.api.texts import formatted_caption, formatted_text
from sandbox.buttons import InlineKeyboard
from sandbox.chats import Draft, Post
from sandbox.entities.formatted import Formatted
from sandbox.errors import bad_request
from sandbox.kinds import CAPTIONLESS

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@method("sendMessage", one)
async def send_message(call: Call) -> dict[str, Any]:
    return send(call, Draft(formatted_text(call), extra=link_preview(call.parameters))).to_json()


@method("editMessageText", one)
async def edit_message_text(call: Call) -> dict[str, Any] | bool:
    formatted, preview, markup = formatted_text(call), link_preview(call.parameters), inline_keyboard(call.parameters)
    post = own_post(call)
    if not post.text or post.media:
        raise bad_request("there is no text in the message to edit")
    return _edit(call, post, formatted, markup, {**_without(post, "link_preview_options"), **preview})


@method("editMessageCaption", one)
async def edit_message_caption(call: Call) -> dict[str, Any] | bool:
    formatted, markup = formatted_caption(call, call.parameters), inline_keyboard(call.parameters)
    post = own_post(call)
    if post.media is None or post.media.kind in CAPTIONLESS:
        raise bad_request("there is no caption in the message to edit")
    above = above_media(call.parameters, post.media.kind)
    return _edit(call, post, formatted, markup, {**_without(post, "show_caption_above_media"), **above})


@method("editMessageReplyMarkup", one)
async def edit_message_reply_markup(call: Call) -> dict[str, Any] | bool:
    markup, post = inline_keyboard(call.parameters), own_post(call)
    return _edit(call, post, Formatted(post.text, post.entities), markup, post.extra)


def _edit(
    call: Call,
    post: Post,
    formatted: Formatted,
    markup: InlineKeyboard | None,
    extra: Mapping[str, Any],
) -> dict[str, Any] | bool:
    before = (post.text, post.entities, post.markup, post.extra)
    if before == (formatted.text, formatted.entities, markup, extra):
        raise bad_request(NOT_MODIFIED)
    post.extra = extra
    call.world.edit(post, formatted, markup)
    return edited(call, post)


def _without(post: Post, name: str) -> dict[str, Any]:
    return {other: value for other, value in post.extra.items() if other != name}
