"""Spans of text counted in UTF-16 units, as Telegram counts entities."""

from dataclasses import dataclass

from sandbox.entities.entity import Entity
from sandbox.terms import MessageEntityType as Kind

_PRIORITY = 50
_PRIORITIES = {  # of entities in the same place; tdlib, MessageEntity::get_type_priority
    Kind.BLOCKQUOTE: 0,
    Kind.EXPANDABLE_BLOCKQUOTE: 0,
    Kind.PRE: 10,
    Kind.CODE: 20,
    Kind.DATE_TIME: 30,
    Kind.TEXT_LINK: 49,
    Kind.BOLD: 90,
    Kind.ITALIC: 91,
    Kind.UNDERLINE: 92,
    Kind.STRIKETHROUGH: 93,
    Kind.SPOILER: 94,
    Kind.CUSTOM_EMOJI: 99,
}


@dataclass(frozen=True, slots=True)
class Span:
    """An entity before it is final; the argument is an address, a language, an emoji's id or seconds since 1970."""

    kind: Kind
    start: int
    length: int
    argument: str = ""
    time_format: str = ""

    @property
    def end(self) -> int:
        return self.start + self.length

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def order(self) -> tuple[int, int, int]:
        """Sort by the text, the outer entity before what is in it."""
        return self.start, -self.length, _PRIORITIES.get(self.kind, _PRIORITY)

    def to_entity(self) -> Entity:
        argument = self.argument or None
        return Entity(
            self.kind,
            self.start,
            self.length,
            url=argument if self.kind is Kind.TEXT_LINK else None,
            language=argument if self.kind is Kind.PRE else None,
            custom_emoji_id=argument if self.kind is Kind.CUSTOM_EMOJI else None,
            unix_time=int(self.argument) if self.kind is Kind.DATE_TIME else None,
            date_time_format=self.time_format or None,
        )


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
