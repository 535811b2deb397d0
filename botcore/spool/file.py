"""One file of the spool: lines, a lock that says whether its process lives, and how far it is replayed."""

import fcntl
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from botcore.files import append_lines, count_lines, sync_directory, whole_length


class SpoolFile:
    """A locked file of lines and how far it is replayed. Where replaying got to is not kept: keys make it harmless."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.waiting = count_lines(descriptor)  # lines that are not yet replayed
        self._descriptor = descriptor
        self._replayed = 0  # bytes

    @classmethod
    def create(cls, path: Path) -> "SpoolFile | None":
        """Make the file; None when another process took the empty file for a dead one's before it was locked."""
        made = cls._locked(path, os.O_CREAT | os.O_EXCL)
        try:
            sync_directory(path.parent)
        except OSError:
            if made:
                made.remove()
            raise
        return made

    @classmethod
    def adopt(cls, path: Path) -> "SpoolFile | None":
        """Take over the file of a dead process; None when a process holds it or has just removed it."""
        try:
            return cls._locked(path, 0)
        except FileNotFoundError:
            return None

    @classmethod
    def _locked(cls, path: Path, flags: int) -> "SpoolFile | None":
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_nlink:  # else its holder removed it between the two calls
                return cls(path, descriptor)
        except BlockingIOError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    @property
    def removed(self) -> bool:
        """Did somebody delete the file under us?"""
        return not os.fstat(self._descriptor).st_nlink

    @property
    def torn(self) -> int:
        """The bytes behind the last whole line, which a crash left."""
        return os.fstat(self._descriptor).st_size - whole_length(self._descriptor)

    def append(self, lines: Sequence[bytes]) -> None:
        """Write lines at the end, all or none."""
        append_lines(self._descriptor, b"".join(lines))
        self.waiting += len(lines)

    def read(self, count: int) -> list[bytes]:
        """Return the oldest whole lines that are not replayed."""
        with os.fdopen(os.dup(self._descriptor), "rb") as file:
            file.seek(self._replayed)
            return list(islice(file, min(count, self.waiting)))

    def advance(self, lines: Sequence[bytes]) -> None:
        """Step over lines that were read and are now in the database."""
        self._replayed += sum(map(len, lines))
        self.waiting -= len(lines)

    def remove(self) -> None:
        """Delete the file and give it back."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Give the file back; it stays for whoever comes next."""
        os.close(self._descriptor)
