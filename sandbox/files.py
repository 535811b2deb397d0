"""Files that bots and people have sent: kept on disk, in a directory of their own, the oldest removed when too many.

What is sent is an `Upload`; what is kept is a `StoredFile`, known by its file_id to the bot that sent it, or to all.
"""

import shutil
import tempfile
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from secrets import randbelow, token_hex
from typing import IO, Any

KEPT_BYTES = 200 * 2**20
BLOCK = 4096  # what the smallest file takes from a disk
EVERY_BOT = 0  # the owner of what people send: each bot in the chat may have it
PHOTO_SIDE = 320  # the sandbox does not look into pictures: every one is said to be this wide and high


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content_type: str
    content: IO[bytes]


@dataclass(frozen=True, eq=False, slots=True)
class StoredFile:
    """A file that was sent; `owner` is the bot's number or EVERY_BOT, `path` what getFile calls file_path."""

    file_id: str
    owner: int
    name: str
    mime_type: str
    size: int
    path: str

    def to_json(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": f"unique-{self.path}", "file_size": self.size}

    def to_photo(self) -> dict[str, Any]:
        """The file as a PhotoSize."""
        return {**self.to_json(), "width": PHOTO_SIDE, "height": PHOTO_SIDE}


_NAMELESS = frozenset({"sticker", "video_note"})  # the Bot API tells neither their names nor what type they are


@dataclass(frozen=True, slots=True)
class Media:
    """What a message shows: a file, as a photo, a video …, with what the bot said of it (duration, title …)."""

    kind: str
    file: StoredFile
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The message's fields for it."""
        if self.kind == "photo":
            return {"photo": [self.file.to_photo()]}
        if self.kind in _NAMELESS:
            return {self.kind: {**self.file.to_json(), **self.details}}
        body = {**self.file.to_json(), "mime_type": self.file.mime_type, **self.details}
        if self.kind == "live_photo":  # named a second time for clients that do not know it; so is an animation
            return {"live_photo": body, "photo": self.details.get("photo", [])}
        if self.kind != "voice":
            body["file_name"] = self.file.name
        if self.kind != "animation":
            return {self.kind: body}
        return {"animation": body, "document": {name: body[name] for name in body if name not in self.details}}


@dataclass(frozen=True, slots=True)
class PaidMedia:
    """Photos and videos that people pay for with Stars; bots see all of them."""

    stars: int
    parts: tuple[Media, ...]
    payload: str = ""  # nobody sees it but the bot, when somebody buys
    kind: str = "paid_media"

    @property
    def file(self) -> StoredFile:
        """The first of them."""
        return self.parts[0].file

    def to_json(self) -> dict[str, Any]:
        """The message's fields for it."""
        return {"paid_media": {"star_count": self.stars, "paid_media": self.parts_json()}}

    def parts_json(self) -> list[dict[str, Any]]:
        """Each part as a PaidMedia."""
        return [{"type": part.kind, **part.to_json()} for part in self.parts]


def new_album() -> dict[str, str]:
    """The field of all messages of one album."""
    return {"media_group_id": str(randbelow(9 * 10**16) + 10**16)}


class FileStore:
    """Keeps what was sent, up to a number of bytes; the directory is made with the first file."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._bytes = 0
        self._known: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._on_disk: OrderedDict[str, Path] = OrderedDict()
        self._directory: Path | None = None

    def keep(self, owner: int, folder: str, upload: Upload) -> StoredFile:
        """Store an upload; raises OSError if the disk does not take it."""
        number = len(self._known) + 1
        place = self._place() / str(number)
        with place.open("wb") as target:
            shutil.copyfileobj(upload.content, target)
        suffix = Path(upload.name).suffix[:10]
        stored = StoredFile(
            f"{folder}-{number}-{token_hex(8)}",
            owner,
            Path(upload.name).name or folder,
            upload.content_type,
            place.stat().st_size,
            f"{folder}/file_{number}{suffix}",
        )
        self._known[stored.file_id] = self._by_path[stored.path] = stored
        self._on_disk[stored.path] = place
        self._bytes += max(stored.size, BLOCK)
        self._remove_oldest()
        return stored

    def keep_stub(self, owner: int, folder: str, name: str, mime_type: str) -> StoredFile:
        """Store an empty file in place of one that the real server would fetch from elsewhere."""
        return self.keep(owner, folder, Upload(name, mime_type, BytesIO()))

    def find(self, file_id: str) -> StoredFile | None:
        return self._known.get(file_id)

    def content(self, path: str) -> Path | None:
        """Where the bytes of a file are; None if there are none (any more)."""
        return self._on_disk.get(path)

    def of_path(self, owner: int, path: str) -> StoredFile | None:
        """The file that a bot knows under this file_path."""
        stored = self._by_path.get(path)
        return stored if stored and stored.owner in {owner, EVERY_BOT} else None

    def newest(self, most_bytes: int) -> Iterator[tuple[StoredFile, bytes | None]]:
        """Yield every file, the oldest first, and the content of the newest that have so many bytes together."""
        fitting, total = set(), 0
        for path, place in reversed(self._on_disk.items()):
            if place.is_file():  # others clear up temporary directories, too
                total += place.stat().st_size
                if total <= most_bytes:
                    fitting.add(path)
        for stored in self._known.values():
            yield stored, self._on_disk[stored.path].read_bytes() if stored.path in fitting else None

    def put_back(self, stored: StoredFile, content: bytes | None) -> None:
        """Take a file that was saved with its content, or without."""
        self._known[stored.file_id] = self._by_path[stored.path] = stored
        if content is not None:
            place = self._place() / str(len(self._known))
            place.write_bytes(content)
            self._on_disk[stored.path] = place
            self._bytes += max(stored.size, BLOCK)

    def _place(self) -> Path:
        if self._directory is None or not self._directory.is_dir():
            self._directory = Path(tempfile.mkdtemp(prefix="sandbox-files-"))
            weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        return self._directory

    def _remove_oldest(self) -> None:
        while self._bytes > self._kept_bytes and len(self._on_disk) > 1:
            path, oldest = self._on_disk.popitem(last=False)
            self._bytes -= max(self._by_path[path].size, BLOCK)
            oldest.unlink(missing_ok=True)
