"""Everything that is kept of one person as a ZIP: the JSON of takeout.py, and what was sent, in `files/`.

It is made while it is read: in memory are a piece of a file and the archive's list of names. The JSON comes last, for
it says of each file where it lies in the archive, or why it is missing.
"""

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from botcore.erasure.parts import Parts, name_of
from botcore.erasure.takeout import BY_MODEL, Row, Takeout, rows_of
from botcore.files import write_blocks_atomically
from botcore.inbox.models import Update
from botcore.media.attachments import Attachment, of_message, of_sent
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.words import message_of

PIECE = 64 * 1024
DATA = "data.json"
MOST_IN_CHAT = 300  # files: each is a call to Telegram, and the person waits


@dataclass(frozen=True)
class Packed:
    """An archive that was written; the `missing` files have their reasons in it."""

    path: Path
    rows: int
    files: int
    missing: int
    size: int  # bytes


class TooLong(Exception):  # noqa: N818 (no fault)
    """The archive would have more bytes than it may."""


class Archive:
    """One archive in the making; what is in it is counted while it is read."""

    def __init__(self, user_id: int, parts: Parts, *, keeps_parts: bool = False, asks: bool = True) -> None:
        """`keeps_parts`: for a run that may begin anew; else each goes once it is in. `asks`: may Telegram be asked."""
        self.rows = self.files = self.missing = 0
        self._user_id, self._parts = user_id, parts
        self._keeps_parts, self._asks = keeps_parts, asks
        self._sink = _Sink()

    def blocks(self) -> Iterator[bytes]:
        """Yield the archive in pieces; raise NotFetched where the parts are strict."""
        with zipfile.ZipFile(self._sink, "w") as made:
            for _where, file in files_of(self._user_id):
                path = None if _has(made, file) else self._path(file)
                if path:
                    yield from self._member(made, name_of(file), _pieces(path))
                    self.files += 1
                    if not self._keeps_parts:
                        path.unlink()
            takeout = Takeout(self._user_id, files=self._listed(made))
            yield from self._member(made, DATA, takeout.blocks(), compression=zipfile.ZIP_DEFLATED)
            self.rows = takeout.rows
        yield self._sink.taken()

    def _path(self, file: Attachment) -> Path | None:
        return self._parts.fetch(file) if self._asks else self._parts.path_of(file)

    def _listed(self, made: zipfile.ZipFile) -> Iterator[Row]:
        """Say of each file where it was, what it is called, and where it lies or why it does not."""
        for where, file in files_of(self._user_id):
            facts = {"kind": file.kind, "file_id": file.file_id, "name": file.name, "size": file.size}
            if _has(made, file):
                lies = {"path": name_of(file)}
            else:
                lies = {"missing": self._parts.why_not(file)}
                self.missing += 1
            yield {**where, **{name: value for name, value in facts.items() if value}, **lies}

    def _member(
        self, made: zipfile.ZipFile, name: str, pieces: Iterable[bytes], *, compression: int = zipfile.ZIP_STORED
    ) -> Iterator[bytes]:
        entry = zipfile.ZipInfo(name, timezone.now().timetuple()[:6])
        entry.compress_type, entry.external_attr = compression, 0o600 << 16
        with made.open(entry, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                if found := self._sink.taken():
                    yield found
        yield self._sink.taken()


class _Sink:
    """What an archive is written to: it cannot be gone back in, and holds what was not taken yet."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes, /) -> int:
        """Hold it."""
        self._held += data
        return len(data)

    def close(self) -> None:
        """Hold it all the same."""

    def flush(self) -> None:
        """Let it be held until it is taken."""

    def taken(self) -> bytes:
        """Return what was written since."""
        found, self._held = bytes(self._held), bytearray()
        return found


def stream(user_id: int) -> Iterator[bytes]:
    """Yield the archive while its files come; what Telegram does not give is a reason in it."""
    with TemporaryDirectory(prefix="takeout-") as folder:
        yield from Archive(user_id, Parts(Path(folder))).blocks()


def write(user_id: int, path: Path) -> Packed:
    """Write the archive whole or not at all; raise OSError, or NotFetched when Telegram gives nothing right now.

    What was fetched lies beside it until it is done, so that another run goes on from there.
    """
    folder = path.with_name(f"{path.name}.parts")
    folder.mkdir(mode=0o700, exist_ok=True)
    made = Archive(user_id, Parts(folder, is_strict=True), keeps_parts=True)
    write_blocks_atomically(path, made.blocks())
    shutil.rmtree(folder)
    return Packed(path, made.rows, made.files, made.missing, path.stat().st_size)


def for_chat(user_id: int, *, most_bytes: int) -> list[Attachment] | None:
    """Return the files to fetch for an archive in a chat; None when there are too many, or too much in them."""
    found: dict[str, Attachment] = {}
    for _where, file in files_of(user_id):
        found[file.file_id] = file
        size = sum(one.size for one in found.values() if not one.is_too_big)
        if len(found) > MOST_IN_CHAT or size > most_bytes:
            return None
    return list(found.values())


def pack(user_id: int, path: Path, parts: Parts, *, most_bytes: int) -> Packed | None:
    """Write the archive of what was fetched; None when it is longer than it may be."""
    made = Archive(user_id, parts, asks=False)
    try:
        write_blocks_atomically(path, _at_most(most_bytes, made.blocks()))
    except TooLong:
        return None
    return Packed(path, made.rows, made.files, made.missing, path.stat().st_size)


def files_of(user_id: int) -> Iterator[tuple[Row, Attachment]]:
    """Yield the files that the person sent and that the bot sent them, each with the row that it was in."""
    for row in rows_of(BY_MODEL[Update], user_id):
        raw = row["raw"]
        if file := of_message(message_of(raw)) if isinstance(raw, dict) else None:
            yield {"table": "Update", "row": row["id"]}, file
    for row in rows_of(BY_MODEL[OutgoingMessage], user_id):
        payload = row["payload"] if isinstance(row["payload"], dict) else {}
        for file in of_sent(row["files"], payload):
            yield {"table": "OutgoingMessage", "row": row["id"]}, file


def _has(made: zipfile.ZipFile, file: Attachment) -> bool:
    return name_of(file) in made.NameToInfo


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _at_most(most: int, blocks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > most:
            raise TooLong
        yield block
