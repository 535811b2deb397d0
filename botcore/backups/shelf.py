"""The directory of backups: one at a time for a database, whole or not at all, with a checksum, the newest few kept.

Databases share the directory: a backup's name begins with that of its database, and only those are looked at.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botcore.backups.failures import BackupFailed
from botcore.files import belong_like, sync_directory, write_atomically

KEPT = 7
UNFINISHED, CHECKSUM, LOCK = ".part", ".sha256", ".lock"
STAMP = r"-\d{8}-\d{6}"


@dataclass(frozen=True)
class Shelf:
    """Where the backups of one database lie; `ending` tells its kind."""

    directory: Path
    name: str
    ending: str

    def put(self, write: Callable[[Path], None], *, needed: int, keep: int) -> Path:
        """Let `write` fill and check a file of about so many bytes; return it. What it raises leaves no trace."""
        if not self.directory.is_dir():
            self.directory.mkdir(mode=0o700, parents=True)
            belong_like(self.directory, self.directory.parent)
        with self._alone():
            self._tidy()
            look_for_room(self.directory, needed)
            target = self._target()
            unfinished = target.with_suffix(UNFINISHED)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                write(unfinished)
                with unfinished.open("rb") as file:
                    os.fsync(file.fileno())
                checksum = f"{digest(unfinished)}  {target.name}\n"
                write_atomically(checksum_of(target), checksum.encode())
                for path in (unfinished, checksum_of(target)):
                    belong_like(path, self.directory)
                unfinished.replace(target)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                checksum_of(target).unlink(missing_ok=True)
                raise
            sync_directory(self.directory)
            self._retire(target, keep)
        return target

    def backups(self) -> list[Path]:
        """Return the backups of this database, newest first."""
        return sorted(self._files(re.escape(self.ending)), reverse=True) if self.directory.is_dir() else []

    def _files(self, ending: str) -> list[Path]:
        """Return the files of this database with such an ending, and of no other whose name begins alike."""
        name = re.compile(rf"{re.escape(self.name)}{STAMP}{ending}", re.ASCII)
        return [path for path in self.directory.iterdir() if name.fullmatch(path.name)]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold this database's place until the process ends, however it ends."""
        with (self.directory / f".{self.name}{LOCK}").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupFailed(f"Another backup of {self.name} is being made: wait for its end.") from None
            belong_like(Path(lock.name), self.directory)
            yield

    def _tidy(self) -> None:
        """Remove what a process left that was killed: nobody else is about one now."""
        for left in self._files(rf"{re.escape(UNFINISHED)}.*"):
            left.unlink()
        for checksum in self._files(re.escape(self.ending + CHECKSUM)):
            if not checksum.with_suffix("").exists():
                checksum.unlink()

    def _target(self) -> Path:
        """Return a name of this moment, or of the first second after it that none has."""
        moment = datetime.now(UTC)
        while (path := self.directory / f"{self.name}-{moment:%Y%m%d-%H%M%S}{self.ending}").exists():
            moment += timedelta(seconds=1)
        return path

    def _retire(self, newest: Path, keep: int) -> None:
        others = [backup for backup in self.backups() if backup != newest]
        for old in others[max(keep, 1) - 1 :]:  # never this one, also when a clock that was ahead has named others
            old.unlink()
            checksum_of(old).unlink(missing_ok=True)


def look_for_room(directory: Path, needed: int) -> None:
    """Raise BackupFailed when so many bytes do not fit."""
    if (free := shutil.disk_usage(directory).free) < needed:
        raise BackupFailed(
            f"{directory} has {free / 2**20:,.0f} MiB free, and the copy may need {needed / 2**20:,.0f}."
        )


def checksum_of(backup: Path) -> Path:
    """Return the file beside it, in the form that `sha256sum --check` reads."""
    return backup.with_name(backup.name + CHECKSUM)


def digest(path: Path) -> str:
    """Return the SHA-256 of what the file holds."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
