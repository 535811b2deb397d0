"""The kinds of files that messages show: where they are kept, what they usually are, what is told of them besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Kind:
    """Of the details some are numbers with what they usually are; None are texts that are there only if given."""

    folder: str
    mime_type: str
    details: Mapping[str, int | None] = field(default_factory=dict)


_SIZE = {"width": 320, "height": 240, "duration": 1}
KINDS: dict[str, Kind] = {
    "photo": Kind("photos", "image/jpeg"),
    "video": Kind("videos", "video/mp4", _SIZE),
    "live_photo": Kind("videos", "video/mp4", _SIZE),
    "animation": Kind("animations", "video/mp4", _SIZE),
    "audio": Kind("music", "audio/mpeg", {"duration": 1, "performer": None, "title": None}),
    "voice": Kind("voice", "audio/ogg", {"duration": 1}),
    "document": Kind("documents", "application/octet-stream"),
    "video_note": Kind("video_notes", "video/mp4", {"length": 240, "duration": 1}),
    "sticker": Kind("stickers", "image/webp", {"width": 512, "height": 512, "emoji": None}),
}
CAPTIONLESS = frozenset({"sticker", "video_note"})
STICKER = {"type": "regular", "is_animated": False, "is_video": False}  # the sandbox does not look into them
UNKNOWN_TYPE = "application/octet-stream"


def mime_type(kind: str, given: str) -> str:
    """What an upload is said to be, or usually is when nobody said anything."""
    return KINDS[kind].mime_type if given in {"", UNKNOWN_TYPE} else given
