"""What a message answers: one in its chat or in another, whole or a quoted part of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.api.fields import FieldError, flag_field, integer_field, required_integer, text_field
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call
from sandbox.api.texts import read_text
from sandbox.chats import Chat, Post
from sandbox.entities.formatted import Formatted
from sandbox.entities.spans import utf16_length
from sandbox.errors import bad_request
from sandbox.forwarding import origin
from sandbox.terms import ChatType, MessageEntityType

_QUOTABLE = frozenset({
    MessageEntityType.BOLD, MessageEntityType.ITALIC, MessageEntityType.UNDERLINE, MessageEntityType.STRIKETHROUGH,
    MessageEntityType.SPOILER, MessageEntityType.CUSTOM_EMOJI, MessageEntityType.DATE_TIME,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wished:
    """What the parameters ask for; `chat_id` is empty for the chat that is written to."""

    message_id: int = 0
    chat_id: str = ""
    without: bool = False
    quote: Formatted | None = None
    position: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """The message in the same chat, if it is one, and the fields that tell of it."""

    post: Post | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


NOTHING, NO_REPLY = Wished(), Reply()


def wished_reply(call: Call) -> Wished:
    """Read what a call wants to answer. Raises ApiError."""
    parameters = call.parameters
    try:
        given = parameters.document("reply_parameters")
    except ValueError as error:
        raise bad_request("can't parse reply parameters JSON object") from error
    if given is None:
        old = parameters.integer("reply_to_message_id")
        return Wished(max(old, 0), without=parameters.flag("allow_sending_without_reply")) if old else NOTHING
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    try:
        return _read(call, given) if given else NOTHING
    except FieldError as error:
        words = str(error)
        raise bad_request(words[0].lower() + words[1:]) from error


def _read(call: Call, given: dict[str, Any]) -> Wished:
    chat_id, message_id = text_field(given, "chat_id"), required_integer(given, "message_id")
    quote, position = None, integer_field(given, "quote_position")
    if text_field(given, "quote"):
        quote = read_text(call, Parameters(given), "quote", "quote_entities", "quote_parse_mode")
    return Wished(max(message_id, 0), chat_id, flag_field(given, "allow_sending_without_reply"), quote, position)


def found_reply(wished: Wished, chat: Chat, other: Chat) -> Reply:
    """Find what a message in `chat` answers in `other`, which is the same mostly. Raises ApiError."""
    if not wished.message_id:
        return NO_REPLY
    post = other.posts.get(wished.message_id)
    if post is None:
        if wished.without:
            return NO_REPLY
        raise bad_request("message to be replied not found")
    quoted = {"quote": _quote(wished.quote, post, wished.position)} if wished.quote and wished.quote.text else {}
    if other is chat:
        return Reply(post, quoted)
    return Reply(None, {"external_reply": _external(post), **quoted})


def _quote(quote: Formatted, post: Post, near: int) -> dict[str, Any]:
    """Quote what is in a message, there where the sender said or nearest to it."""
    places = list(_places(quote.text, post.text))
    if not places:
        raise bad_request("QUOTE_TEXT_INVALID")
    entities = [entity.to_json() for entity in quote.entities if entity.type in _QUOTABLE]
    position = min(places, key=lambda place: abs(place - near))
    return {"text": quote.text, **({"entities": entities} if entities else {}), "position": position, "is_manual": True}


def _places(words: str, text: str) -> Iterator[int]:
    """Where words stand in a text, in UTF-16 units."""
    units, before, at = 0, 0, text.find(words)
    while at >= 0:
        units += utf16_length(text[before:at])
        yield units
        before, at = at, text.find(words, at + 1)


def _external(post: Post) -> dict[str, Any]:
    shown: dict[str, Any] = {"origin": origin(post)}
    if post.chat.type in {ChatType.SUPERGROUP, ChatType.CHANNEL}:
        shown |= {"chat": post.chat.to_json(), "message_id": post.message_id}
    if post.media:
        shown |= post.media.to_json()
    return shown | {name: post.extra[name] for name in _CONTENTS if name in post.extra}


_CONTENTS = ("contact", "dice", "invoice", "link_preview_options", "location", "poll", "venue")
