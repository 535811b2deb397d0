"""Spans of text counted in UTF-16 units, as Telegram counts entities."""

from dataclasses import dataclass

import telegram
from telegram.constants import MessageEntityType as Kind


@dataclass(frozen=True, slots=True)
class Span:
    """An entity before it is final; the argument is an address, a language or an emoji's id."""

    kind: Kind
    start: int
    length: int
    argument: str = ""

    @property
    def end(self) -> int:
        return self.start + self.length

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def to_entity(self) -> telegram.MessageEntity:
        argument = self.argument or None
        return telegram.MessageEntity(
            self.kind,
            self.start,
            self.length,
            url=argument if self.kind is Kind.TEXT_LINK else None,
            language=argument if self.kind is Kind.PRE else None,
            custom_emoji_id=argument if self.kind is Kind.CUSTOM_EMOJI else None,
        )


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
