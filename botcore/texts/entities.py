"""A text and its entities, as Telegram's MessageEntity has them; links become what Telegram would make of them."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from botcore.exceptions import ValidationError

_MOMENT = re.compile(r"[1-9][0-9]{0,9}")  # seconds since 1970
_DATE_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
_EMOJI = re.compile(r"[1-9][0-9]{0,18}")
_PICTURE = re.compile(r"tg:(?://)?(emoji|time)/?\?([^#]*)", re.IGNORECASE)
_PERSON = re.compile(r"tg:(?://)?user\?id=([1-9]\d{0,15})", re.ASCII | re.IGNORECASE)
_LINK = re.compile(r"(?:(?:https?|ftp|tg|ton|tonsite)://[^\s/]\S*|[^\s/:@]+\.[^\s.]\S*)", re.IGNORECASE)


class MarkupError(ValidationError):
    """A text's HTML or MarkdownV2 is broken; `position` counts characters of the source from 0, its text from 1."""

    def __init__(self, language: str, position: int, what: str) -> None:
        super().__init__(f"The text's {language} is broken at character {position + 1}: {what}.")
        self.position = position


@dataclass(frozen=True, slots=True)
class Style:
    """What an entity is, wherever it stands; the names are those of the Bot API, empty fields do not apply."""

    type: str
    url: str = ""
    language: str = ""
    custom_emoji_id: str = ""
    user_id: int = 0
    unix_time: str = ""
    date_time_format: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text; offset and length in UTF-16 units."""

    style: Style
    offset: int
    length: int

    @property
    def end(self) -> int:
        """The first unit behind it."""
        return self.offset + self.length

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that the Bot API takes."""
        fields = {name: value for name, value in asdict(self.style).items() if value}
        if "user_id" in fields:
            # the server reads the id only
            fields["user"] = {"id": fields.pop("user_id"), "is_bot": False, "first_name": ""}
        if "unix_time" in fields:
            fields["unix_time"] = int(fields["unix_time"])
        return {**fields, "offset": self.offset, "length": self.length}


@dataclass(frozen=True, slots=True)
class RichText:
    """A text with its entities, the outer one first."""

    text: str
    entities: tuple[Entity, ...] = ()


def checked(rich: RichText) -> RichText:
    """Make links to tg://user?id=… mentions; drop what Telegram takes for no link or no time, as its parsers do."""
    return replace(rich, entities=tuple(found for entity in rich.entities if (found := _checked(entity))))


def picture_style(url: str) -> Style | None:
    """Return what `![…](url)` means in MarkdownV2: a custom emoji or a time; None when it is neither."""
    found = _PICTURE.match(url)
    if found is None:
        return None
    words = [word.partition("=")[::2] for word in found[2].split("&")]
    if found[1].lower() == "emoji":
        emoji = dict(reversed(words)).get("id")  # the first counts, of a time the last
        return Style("custom_emoji", custom_emoji_id=emoji) if emoji else None
    moment, form = dict(words).get("unix"), dict(words).get("format", "")
    return Style("date_time", unix_time=moment, date_time_format=form) if moment else None


def checked_picture(url: str) -> Style | None:
    """Return the same, but None as well for an id, a time or a format that Telegram refuses."""
    style = picture_style(url)
    if style is None or style.type == "custom_emoji":
        return style if style and _is_number(style.custom_emoji_id, _EMOJI, 2**63) else None
    good = _is_number(style.unix_time, _MOMENT, 2**31) and _DATE_FORMAT.fullmatch(style.date_time_format)
    return style if good else None


def _is_number(digits: str, pattern: re.Pattern[str], limit: int) -> bool:
    return pattern.fullmatch(digits) is not None and int(digits) < limit


def _checked(entity: Entity) -> Entity | None:
    style = entity.style
    if style.type == "date_time":
        return entity if _MOMENT.fullmatch(style.unix_time) else None
    if style.type == "code" and style.language:  # counts within <pre> only
        return replace(entity, style=Style("code"))
    if style.type != "text_link":
        return entity
    url = style.url.strip()
    if person := _PERSON.fullmatch(url):
        return replace(entity, style=Style("text_mention", user_id=int(person[1])))
    return replace(entity, style=Style("text_link", url=url)) if _LINK.fullmatch(url) else None
