"""The one set of stickers and the custom emoji that there are: built in, read only, each an empty file by its id."""

from dataclasses import dataclass
from typing import Any

SET_NAME, SET_TITLE = "SandboxStickers", "Sandbox"
EMOJI_SET_NAME = "SandboxTopics"
SIDE = 512


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker, or a custom emoji where it has the id of one."""

    emoji: str
    number: int
    custom_emoji_id: str = ""

    @property
    def file_id(self) -> str:
        return f"{'emoji' if self.custom_emoji_id else 'sticker'}-builtin-{self.number}"

    def to_json(self) -> dict[str, Any]:
        """The sticker as the Bot API writes it."""
        kind, side = ("custom_emoji", 100) if self.custom_emoji_id else ("regular", SIDE)
        name = EMOJI_SET_NAME if self.custom_emoji_id else SET_NAME
        known = {"custom_emoji_id": self.custom_emoji_id} if self.custom_emoji_id else {}
        size = {"width": side, "height": side, "file_size": 0}
        file = {"file_id": self.file_id, "file_unique_id": f"unique-{self.file_id}"}
        flags = {"is_animated": False, "is_video": False}
        return {**file, "type": kind, **size, **flags, "emoji": self.emoji, "set_name": name, **known}


STICKERS = tuple(Sticker(emoji, number) for number, emoji in enumerate(("👍", "🎉", "😀", "😢"), 1))
_FIRST_ID = 5_300_000_000_000_000_001
CUSTOM_EMOJI = {
    str(_FIRST_ID + number): Sticker(emoji, number, str(_FIRST_ID + number))
    for number, emoji in enumerate(("📰", "💡", "⚡️", "🎙", "🔝", "🗣", "🆒", "❗️"))
}


def set_json(name: str) -> dict[str, Any] | None:
    """Return a set of this name as a StickerSet, whatever its letters' case; None if there is none."""
    if name.lower() == SET_NAME.lower():
        given = [sticker.to_json() for sticker in STICKERS]
        return {"name": SET_NAME, "title": SET_TITLE, "sticker_type": "regular", "stickers": given}
    if name.lower() == EMOJI_SET_NAME.lower():
        given = [sticker.to_json() for sticker in CUSTOM_EMOJI.values()]
        return {"name": EMOJI_SET_NAME, "title": SET_TITLE, "sticker_type": "custom_emoji", "stickers": given}
    return None
