"""An entity of a text as Telegram keeps it: a MessageEntity of the Bot API."""

from dataclasses import dataclass
from typing import Any

from sandbox.people import Person


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text, counted in UTF-16 units, and what is special about it; `unix_time` in seconds since 1970."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user: Person | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The entity as the Bot API writes it."""
        given = {
            "url": self.url,
            "user": self.user.to_json() if self.user else None,
            "language": self.language,
            "custom_emoji_id": self.custom_emoji_id,
            "unix_time": self.unix_time,
            "date_time_format": self.date_time_format,
        }
        known = {name: value for name, value in given.items() if value is not None}
        return {"type": self.type, "offset": self.offset, "length": self.length, **known}
