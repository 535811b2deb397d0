"""The files of one person on their way from Telegram into an archive: a folder of work has each whole, or not at all.

A file lies there under the digest of its id, and beside it why one cannot be had for good: what an earlier run fetched
is not fetched again. Nothing in the folder, and no reason, holds the token: media/download.py lets it out nowhere.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path, PurePath

from django.db import connection
from django.utils.translation import gettext as _

from botcore.media import failures
from botcore.media.attachments import Attachment
from botcore.media.download import fetch
from botcore.media.failures import NotFetched

FOR_GOOD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
TRIES = 3  # at a file that cannot be had right now
WAIT_SECONDS, LONGEST_WAIT = 2.0, 60.0  # between them: doubled, or what Telegram asks for
MOST_REFUSED = 3  # files in a row: then Telegram is asked no more
ENDINGS: Mapping[str, str] = {
    "photo": ".jpg", "voice": ".ogg", "audio": ".mp3", "video": ".mp4", "animation": ".mp4", "video_note": ".mp4",
}  # fmt: skip


class Parts:
    """The folder of work of one archive."""

    def __init__(self, folder: Path, *, is_strict: bool = False, sleep: Callable[[float], None] = time.sleep) -> None:
        """`is_strict`: raise NotFetched for what can be had later; else that is a reason, too."""
        self._folder = folder
        self._is_strict, self._sleep = is_strict, sleep
        self._refused = 0  # files in a row

    def path_of(self, file: Attachment) -> Path | None:
        """Return where a file lies; None while it does not."""
        path = self._folder / digest_of(file)
        return path if path.exists() else None

    def why_not(self, file: Attachment) -> str:
        """Say why a file is missing."""
        note = self._note_of(file)
        return note.read_text("utf-8") if note.exists() else _("It could not be fetched in time.")

    def fetch(self, file: Attachment) -> Path | None:
        """Return where a file lies, fetched unless it does already; None when it cannot be had."""
        if self.path_of(file) or self._note_of(file).exists():
            return self.path_of(file)
        try:
            self._fetch(file, self._folder / digest_of(file))
        except NotFetched as exc:
            if self._is_strict and exc.status not in FOR_GOOD:
                raise
            self._note_of(file).write_text(str(exc), "utf-8")
        return self.path_of(file)

    def fetch_all(self, files: Iterable[Attachment], *, seconds: float) -> None:
        """Fetch several; none that would begin later than that."""
        until = time.monotonic() + seconds
        for file in files:
            if time.monotonic() < until:
                self.fetch(file)

    def _note_of(self, file: Attachment) -> Path:
        return self._folder / f"{digest_of(file)}.why"

    def _fetch(self, file: Attachment, path: Path) -> None:
        if file.is_too_big:
            raise failures.too_big()
        if self._refused >= MOST_REFUSED:
            raise failures.away()
        for number in range(TRIES):
            try:
                _write(file.file_id, path)
            except NotFetched as exc:
                if exc.status in FOR_GOOD:
                    raise
                if number + 1 == TRIES:
                    self._refused += 1
                    raise
                self._sleep(min(exc.seconds or WAIT_SECONDS * 2**number, LONGEST_WAIT))
            else:
                self._refused = 0
                return


def digest_of(file: Attachment) -> str:
    """Return what a file is called in the folder."""
    return blake2b(file.file_id.encode(), digest_size=12).hexdigest()


def name_of(file: Attachment) -> str:
    """Return what a file is called in the archive: nothing that its sender wrote but the ending."""
    ending = PurePath(file.name).suffix.lower()
    is_plain = ending.isascii() and ending[1:].isalnum() and len(ending) <= 9
    return f"files/{digest_of(file)}{ending if is_plain else ENDINGS.get(file.kind, '')}"


def _write(file_id: str, path: Path) -> None:
    """Write a file as it comes, under its name once it is whole; raise NotFetched."""
    if not connection.in_atomic_block:
        connection.close()  # others need it more than a file that takes a while
    download = fetch(file_id)
    coming = path.with_suffix(".part")
    try:
        with coming.open("wb") as file:
            for piece in download:
                file.write(piece)
        coming.replace(path)
    except ConnectionResetError:  # it broke off
        raise failures.away() from None
    finally:
        download.close()
        coming.unlink(missing_ok=True)
