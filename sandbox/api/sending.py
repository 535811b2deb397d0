"""What every method that sends has in common: the chat, the message it answers, the keyboard, and how it is sent."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.fields import FieldError, flag_field, text_field
from sandbox.api.keyboards import markup_for
from sandbox.api.parameters import Parameters
from sandbox.api.permits import check_may_write
from sandbox.api.registry import Call
from sandbox.api.targets import open_chat_of, reply_and_topic
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import bad_request

_PREVIEWS = ("prefer_small_media", "prefer_large_media", "show_above_text")


def send(call: Call, draft: Draft) -> Post:
    """Put a bot's message where its call says; what it holds was read before, as in the real server. Raises."""
    chat = open_chat_of(call)
    return call.world.post(chat, call.bot, addressed(call, chat, draft))


def addressed(call: Call, chat: Chat, draft: Draft) -> Draft:
    """Add to a message what the general parameters say. Raises ApiError."""
    check_may_write(call, chat, draft)
    (reply, topic), markup = reply_and_topic(call, chat), markup_for(call.parameters, chat)
    return Draft(
        draft.formatted,
        markup.inline or draft.markup,
        reply.post,
        draft.media,
        {**draft.extra, **reply.extra, **options(call, chat)},
        topic,
        markup.keyboard,
        silent=call.parameters.flag("disable_notification"),
    )


def options(call: Call, chat: Chat) -> dict[str, Any]:
    """The fields of a message that tell how it was sent. Raises ApiError."""
    told: dict[str, Any] = {}
    if call.parameters.flag("protect_content"):
        told["has_protected_content"] = True
    effect = call.parameters.integer("message_effect_id")
    if effect and chat.person is None:
        raise bad_request("can't use message effects in the chat")
    return {**told, "effect_id": str(effect)} if effect else told


def link_preview(parameters: Parameters) -> dict[str, Any]:
    """The field of a text that tells how its links should be shown, if the call says so. Raises ApiError."""
    try:
        given = parameters.document("link_preview_options")
    except ValueError as error:
        raise bad_request("can't parse link preview options JSON object") from error
    if given is None:
        return {"link_preview_options": {"is_disabled": True}} if parameters.flag("disable_web_page_preview") else {}
    if not isinstance(given, dict):
        raise bad_request("object expected as link preview options")
    try:
        shown = _preview(given)
    except FieldError as error:
        words = str(error)
        raise bad_request(words[0].lower() + words[1:]) from error
    return {"link_preview_options": shown} if shown else {}


def _preview(given: Mapping[str, Any]) -> dict[str, Any]:
    url, flags = text_field(given, "url"), [name for name in _PREVIEWS if flag_field(given, name)]
    if flag_field(given, "is_disabled"):
        return {"is_disabled": True}
    return {**({"url": url} if url else {}), **dict.fromkeys(flags, True)}
