"""The texts and captions that calls bring, with their entities."""

import re

from sandbox.api.entities import given_spans
from sandbox.api.parameters import Parameters
from sandbox.api.registry import Call
from sandbox.entities.cleaning import shows_nothing
from sandbox.entities.entity import Entity
from sandbox.entities.formatted import Formatted, from_html, from_markdown, from_old_markdown, from_spans
from sandbox.errors import bad_request
from sandbox.terms import MessageEntityType, MessageLimit

SOURCE_LIMIT = 32_768  # Client.cpp: more is refused before it is parsed
_USER_LINK = re.compile(r"tg://user/?\?id=([0-9]{1,18})", re.IGNORECASE)
_READERS = {"html": from_html, "markdown": from_old_markdown, "markdownv2": from_markdown}


def formatted_text(call: Call) -> Formatted:
    """The text of a call with its entities. Raises ApiError."""
    formatted = read_text(call, call.parameters, "text", "entities")
    if not formatted.text.strip():
        raise bad_request("message text is empty")
    if shows_nothing(formatted.text):
        raise bad_request("text must be non-empty")
    if len(formatted.text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return formatted


def formatted_caption(call: Call, given: Parameters) -> Formatted:
    """The caption in a call's parameters, or in those of one part of an album; it may be empty. Raises ApiError."""
    formatted = read_text(call, given, "caption", "caption_entities")
    if len(formatted.text) > MessageLimit.CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    return formatted


def read_text(call: Call, given: Parameters, name: str, entities_name: str, mode_name: str = "parse_mode") -> Formatted:
    """Read a text of any length below 32 KiB with its entities. Raises ApiError."""
    text, mode = given.text(name), given.text(mode_name).lower()
    if len(text.encode("utf-8", "replace")) > SOURCE_LIMIT:
        raise bad_request("text is too long")
    if mode in _READERS:
        return _with_text_mentions(_READERS[mode](text), call)
    if mode not in {"", "none"}:
        raise bad_request("unsupported parse_mode")
    return _with_text_mentions(from_spans(text, given_spans(given, entities_name)), call)


def _with_text_mentions(formatted: Formatted, call: Call) -> Formatted:
    """Turn links to tg://user?id=… into mentions of people the sandbox knows, and drop the others."""
    if not formatted.entities:
        return formatted
    return Formatted(formatted.text, tuple(entity for given in formatted.entities for entity in _mention(given, call)))


def _mention(entity: Entity, call: Call) -> list[Entity]:
    match = _USER_LINK.fullmatch(entity.url or "")
    if match is None:
        return [entity]
    person = call.world.people.get(int(match[1]))
    kind = MessageEntityType.TEXT_MENTION
    return [Entity(kind, entity.offset, entity.length, user=person)] if person else []
