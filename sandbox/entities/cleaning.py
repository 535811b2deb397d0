"""What Telegram makes of a text with entities before it keeps it; the rules are those of tdlib's MessageEntity.cpp.

Strange characters become blanks or vanish, an entity in no place of the text is refused, and a hundred are enough.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from sandbox.entities.spans import Span, utf16_length
from sandbox.errors import bad_request
from sandbox.terms import MessageEntityType as Kind

MOST_ENTITIES = 100  # get_input_message_entities: those that Telegram finds by itself and emoji are not counted
STYLES = frozenset({Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKETHROUGH, Kind.SPOILER})
_BLANKS = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u030a\u0333\u033f\u2028-\u202e]")
_DIRECTIONS = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_NOTHING = re.compile("[\\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*")


def cleaned(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Return the text without strange characters, and the spans where they are then. Raises ApiError."""
    if spans:
        _check_places(text, spans)
    text = _BLANKS.sub(" ", text)
    if _DROPPED.search(text):
        gone = list(_units_of_dropped(text))
        text = _DROPPED.sub("", text)
        spans = [moved for span in spans if (moved := _without(span, gone)).length > 0]
    return _DIRECTIONS.sub("\u200c", text), spans


def shows_nothing(text: str) -> bool:
    """Whether a text has only characters that cannot be seen."""
    return _NOTHING.fullmatch(text) is not None


def limited(spans: list[Span]) -> list[Span]:
    """Return as many as are kept: the first ones, and styles after all others."""
    if len(spans) <= MOST_ENTITIES:
        return spans
    ordered = sorted(spans, key=Span.order)
    emoji = [span for span in ordered if span.kind is Kind.CUSTOM_EMOJI]
    others = [span for span in ordered if span.kind not in STYLES and span.kind is not Kind.CUSTOM_EMOJI]
    styles = [span for span in ordered if span.kind in STYLES]
    return [*emoji, *[*others, *styles][:MOST_ENTITIES]]


def _check_places(text: str, spans: list[Span]) -> None:
    """Refuse what begins or ends where no character does."""
    end, halves = utf16_length(text), _halves(text)
    for span in sorted(spans, key=Span.order):
        if span.start in halves:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {halves[span.start]}")
        if span.start > end:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {span.start}")
        begins = f"entity beginning at UTF-16 offset {span.start}"
        if span.end in halves:
            raise bad_request(f"{begins} ends in a middle of a UTF-16 symbol at byte offset {halves[span.end]}")
        if span.end > end:
            raise bad_request(f"{begins} ends after the end of the text at UTF-16 offset {span.end}")


def _halves(text: str) -> dict[int, int]:
    """The places inside of characters of two units, with the byte behind each."""
    if text.isascii():
        return {}
    found, units, size = {}, 0, 0
    for character in text:
        size += len(character.encode("utf-8", "replace"))
        units += 1
        if character > "\uffff":
            found[units] = size
            units += 1
    return found


def _units_of_dropped(text: str) -> Iterator[int]:
    units = at = 0
    for match in _DROPPED.finditer(text):
        units += utf16_length(text[at : match.start()])
        at = match.start()
        yield units


def _without(span: Span, gone: list[int]) -> Span:
    start, end = (place - bisect_left(gone, place) for place in (span.start, span.end))
    return Span(span.kind, start, end - start, span.argument, span.time_format)
