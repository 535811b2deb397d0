"""The spool: files of lines in SPOOL_DIR that hold a process' records while the database is away.

A process locks its file as long as it lives, so a file that can be locked was left by a dead one: whoever comes first
adopts it. All calls do file I/O: from async code through asyncio.to_thread.
"""

import errno
import logging
import os
import re
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from botcore.files import append_lines, room
from botcore.spool.file import SpoolFile

logger = logging.getLogger(__name__)

SUFFIX = ".jsonl"
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
NAME_LENGTH = 100  # characters of a process' name; file systems take 255 bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines read from one file, oldest first."""

    file: SpoolFile
    lines: list[bytes]


class Spool:
    """One process' own file, made when it is needed, and the files it adopted."""

    def __init__(self, directory: Path, process: str) -> None:
        self.directory = directory
        self._name = UNSAFE.sub("_", process).lstrip(".")[:NAME_LENGTH]
        self._own: SpoolFile | None = None
        self._adopted: list[SpoolFile] = []  # the oldest first
        self._given_up: list[SpoolFile] = []  # kept locked: nobody else should try the same
        self._said: set[Path] = set()  # what cannot be used, so that the log says it once
        self.room = (0, 0)  # free and all bytes of the directory's disk, at the last adopt()
        self._lock = threading.Lock()  # a cancelled task leaves its thread running

    @property
    def waiting(self) -> int:
        """How many lines wait in files that this process holds."""
        return sum(file.waiting for file in self._files())

    def append(self, lines: Sequence[bytes]) -> None:
        """Write lines to this process' file, all or none; raise OSError."""
        with self._lock:
            if self._own and self._own.removed:  # what it held can still be replayed through its descriptor
                self._adopted.append(self._own)
                self._own = None
            while self._own is None:
                self._make_directory()
                self._own = SpoolFile.create(self.directory / f"{self._name}-{secrets.token_hex(4)}{SUFFIX}")
            self._own.append(lines)

    def adopt(self) -> None:
        """Take over what dead processes left, the oldest first; what cannot be used is said once."""
        with self._lock:
            self.room = room(self.directory)
            try:
                self._make_directory()
                found = sorted(self.directory.glob(f"*{SUFFIX}"), key=_changed_at)
            except OSError as exc:
                self._say_once(self.directory, exc)
                return
            self._said.discard(self.directory)
            for path in found:
                try:
                    self._take_in(path)
                except OSError as exc:
                    self._say_once(path, exc)

    def _make_directory(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(self.directory, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def _say_once(self, path: Path, error: OSError) -> None:
        if path not in self._said:
            logger.error("SPOOL_DIR: %s cannot be used: %s", path, error.strerror)
        self._said.add(path)

    def _take_in(self, path: Path) -> None:
        file = SpoolFile.adopt(path)
        if file is None:
            return
        if file.torn:
            logger.warning("left out of %s: a last line of %d bytes, torn by a crash", path, file.torn)
        self._adopted.append(file)
        if file.waiting:
            logger.info("adopted %s with %d records of a process that is gone", path, file.waiting)
        else:
            self._finish(file)

    def read(self, count: int) -> Chunk | None:
        """Return the oldest lines; None when all is replayed. A file that cannot be read is given up."""
        with self._lock:
            for file in self._files():
                try:
                    if file.waiting:
                        return Chunk(file, file.read(count))
                except OSError as exc:
                    self._give_up(file, exc)
            return None

    def drop(self, chunk: Chunk, bad: Sequence[bytes]) -> None:
        """Forget lines that are in the database, and the file with its last one; move bad lines aside."""
        with self._lock:
            try:
                if bad:
                    self._move_aside(chunk.file.path, bad)
                chunk.file.advance(chunk.lines)
                if not chunk.file.waiting:
                    self._finish(chunk.file)
            except OSError as exc:
                self._give_up(chunk.file, exc)

    def close(self) -> None:
        """Give every file back; what they hold is replayed by the process that adopts them."""
        with self._lock:
            for file in self._files():
                if not file.waiting:
                    with suppress(OSError):  # an empty file harms nobody
                        file.path.unlink(missing_ok=True)
                file.close()
            for file in self._given_up:
                file.close()
            self._own, self._adopted, self._given_up = None, [], []

    def _files(self) -> list[SpoolFile]:
        return [*self._adopted, *([self._own] if self._own else [])]

    def _finish(self, file: SpoolFile) -> None:
        file.remove()
        self._forget(file)

    def _give_up(self, file: SpoolFile, error: OSError) -> None:
        """Leave a file to an operator and to the next start: it must not hold up the others."""
        logger.error("the spool file %s stays for the next start: %s", file.path, error)
        self._forget(file)
        self._given_up.append(file)

    def _forget(self, file: SpoolFile) -> None:
        if file is self._own:
            self._own = None
        else:
            self._adopted.remove(file)

    @staticmethod
    def _move_aside(path: Path, lines: Sequence[bytes]) -> None:
        bad = path.with_name(f"{path.name}.bad")
        descriptor = os.open(bad, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            append_lines(descriptor, b"".join(lines))
        finally:
            os.close(descriptor)
        logger.error("%d lines of %s are no records; they are in %s", len(lines), path, bad)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
