"""What files a message holds, from Telegram's own JSON of it: the one reader for what came in and what went out. Pure.

Of what the bot sent, `kept()` keeps this part of Telegram's answer in the message's row: only there stands the file_id
of something that was uploaded, or that Telegram has fetched from the web.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botcore.logs import redact_token

# The Bot API's names of files in a message. An animation is named a second time, as a document: so that stands last.
KINDS = ("photo", "video", "animation", "audio", "voice", "video_note", "document")
MOST_BYTES = 20 * 2**20  # core.telegram.org/bots/api#getfile
MOST_FILES, MOST_SIZES = 10, 8  # of an album; of a photo
LONGEST_ID, LONGEST_NAME = 300, 255
SMALL_SIDE = 240  # pixels that a preview should have at least
FILE_ID = re.compile(rf"[A-Za-z0-9_-]{{5,{LONGEST_ID}}}")  # what Telegram writes: no path and no address looks so
# What Telegram says of a file_id that it does not take any more; the library's wording follows the server's.
WRONG = ("wrong file_id", "wrong file identifier", "invalid file_id", "wrong remote file identifier", "file reference")
KEPT = ("file_id", "file_name", "mime_type", "file_size", "duration", "width", "height")

# What browsers can show or play and what holds no script, by the types that senders write.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
HEARD = frozenset({
    "audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/flac", "audio/wav", "audio/x-wav",
})  # fmt: skip
PLAYED = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
TYPES = {"photo": "image/jpeg", "voice": "audio/ogg", "audio": "audio/mpeg", "video": "video/mp4",
         "animation": "video/mp4", "video_note": "video/mp4"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: `small_id` is that of its preview, a JPEG; `size` in bytes and `seconds` are 0 when nobody has said."""

    kind: str
    file_id: str
    small_id: str = ""
    name: str = ""
    said_type: str = ""
    size: int = 0
    seconds: int = 0
    width: int = 0  # of the preview
    height: int = 0

    @property
    def content_type(self) -> str:
        """The type to send it as: one that browsers show or play, else "" for one that they only save."""
        said = self.said_type if self.kind == "document" or self.said_type else TYPES[self.kind]
        return said if said in SHOWN | HEARD | PLAYED else ""

    @property
    def shape(self) -> str:
        """How a page shows it: image, audio, video, or link."""
        if self.is_too_big:
            return "link"
        return next(
            (shape for shape, types in (("image", SHOWN), ("audio", HEARD), ("video", PLAYED))
             if self.content_type in types), "link",
        )  # fmt: skip

    @property
    def is_too_big(self) -> bool:
        """Tell whether Telegram gives it to no bot."""
        return self.size > MOST_BYTES


def of_message(message: Mapping[str, Any]) -> Attachment | None:
    """Return the file of a message as Telegram shows it."""
    for kind in KINDS:
        found = message.get(kind)
        if isinstance(found, list):
            found = _photo(found)
        if isinstance(found, Mapping) and (file_id := _text(found, "file_id", LONGEST_ID + 1)):
            return _attachment(kind, file_id, found) if len(file_id) <= LONGEST_ID else None
    return None


def of_parameters(parameters: Mapping[str, Any]) -> list[Attachment]:
    """Return the files of a method's parameters that Telegram had already when it was called."""
    items = parameters.get("media")
    if isinstance(items, list):
        given = [(item.get("type"), item.get("media")) for item in items if isinstance(item, Mapping)]
    else:
        given = [(kind, parameters.get(kind)) for kind in KINDS]
    return [
        Attachment(kind, file_id)
        for kind, file_id in given[:MOST_FILES]
        if kind in KINDS and isinstance(file_id, str) and FILE_ID.fullmatch(file_id)
    ]


def kept(answer: object) -> str:
    """Return what is kept of Telegram's answer to a call that sent files: JSON in ASCII; "" when there are none."""
    messages = answer if isinstance(answer, list | tuple) else [answer]
    kept = [_reduced(message) for message in messages[:MOST_FILES] if isinstance(message, Mapping)]
    return json.dumps(kept, separators=(",", ":")) if any(kept) else ""


def of_kept(text: str) -> list[Attachment]:
    """Return the files that kept() has written."""
    try:
        messages = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    found = [of_message(message) for message in messages if isinstance(message, Mapping)]
    return [file for file in found if file is not None]


def of_sent(kept_text: str, parameters: Mapping[str, Any]) -> list[Attachment]:
    """Return the files of what the bot sent: as Telegram has them, else as the call named them."""
    return of_kept(kept_text) or of_parameters(parameters)


def _photo(sizes: Sequence[Any]) -> dict[str, Any] | None:
    """Return the largest of a photo's sizes as a file, with the one to be its preview as the thumbnail."""
    known = sorted((size for size in sizes[:MOST_SIZES] if isinstance(size, Mapping)), key=_area)
    if not known:
        return None
    small = next((size for size in known if _number(size, "width") >= SMALL_SIDE), known[-1])
    return {**known[-1], "thumbnail": small}


def _attachment(kind: str, file_id: str, found: Mapping[str, Any]) -> Attachment:
    small = found.get("thumbnail")
    small = small if isinstance(small, Mapping) else {}
    small_id = _text(small, "file_id", LONGEST_ID + 1)
    return Attachment(
        kind=kind,
        file_id=file_id,
        small_id=small_id if len(small_id) <= LONGEST_ID else "",
        name=_text(found, "file_name", LONGEST_NAME),
        said_type=_text(found, "mime_type", LONGEST_NAME).lower(),
        size=_number(found, "file_size"),
        seconds=_number(found, "duration"),
        width=_number(small, "width"),
        height=_number(small, "height"),
    )


def _reduced(message: Mapping[str, Any]) -> dict[str, Any]:
    for kind in KINDS:
        found = message.get(kind)
        if isinstance(found, list):
            return {kind: [_facts(size) for size in found[:MOST_SIZES] if isinstance(size, Mapping)]}
        if isinstance(found, Mapping):
            small = found.get("thumbnail")
            more = {"thumbnail": _facts(small)} if isinstance(small, Mapping) else {}
            return {kind: {**_facts(found), **more}}
    return {}


def _facts(found: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: redact_token(_text(found, name, LONGEST_NAME + 50)) for name in KEPT[:3] if found.get(name)}
    return texts | {name: number for name in KEPT[3:] if (number := _number(found, name))}


def _text(found: Mapping[str, Any], name: str, longest: int) -> str:
    value = found.get(name)
    return value.encode("utf-8", "replace").decode()[:longest] if isinstance(value, str) else ""


def _number(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0


def _area(size: Mapping[str, Any]) -> int:
    return _number(size, "width") * _number(size, "height")
