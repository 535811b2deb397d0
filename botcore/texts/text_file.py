"""A text that would be too many messages → a file with a caption."""

from dataclasses import dataclass

from botcore.texts.entities import Entity, RichText
from botcore.texts.length import Units
from botcore.texts.split import split

CAPTION = 200  # UTF-16 units of a text's beginning that say what is in the file; Telegram takes 1024


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to be sent as a document."""

    name: str
    content: bytes
    caption: str


def as_file(rich: RichText, name: str = "message.txt") -> TextFile:
    """Make a UTF-8 file of a text, links with their addresses; the caption is its first words."""
    beginning = split(RichText(rich.text[: 2 * CAPTION]), CAPTION - 2)
    caption = " ".join(beginning[0].text.split()) if beginning else ""
    return TextFile(name, _plain(rich).encode("utf-8", "replace"), f"{caption} …" if caption else "")


def _plain(rich: RichText) -> str:
    units = Units(rich.text)
    parts, at = [], 0
    for entity in sorted(rich.entities, key=_end):
        if entity.style.type == "text_link":
            start, end = units.index(entity.offset), units.index(entity.end)
            parts.append(rich.text[at:end])
            at = max(at, end)
            if rich.text[start:end] != entity.style.url:
                parts.append(f" ({entity.style.url})")
    return "".join([*parts, rich.text[at:]]).strip() + "\n"


def _end(entity: Entity) -> int:
    return entity.end
