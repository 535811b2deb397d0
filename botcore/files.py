"""Writing files so that a crash or a full disk leaves no half of one: whole files at once, and files of lines.

The lines' part serves the spool; its functions take the descriptor of a file that is open for reading and appending.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

BLOCK = 64 * 1024  # bytes read at once


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file that readers see whole or not at all, also after a power cut; raise OSError and change nothing."""
    write_blocks_atomically(path, [data], mode=mode)


def write_blocks_atomically(path: Path, blocks: Iterable[bytes], *, mode: int = 0o600) -> None:
    """Do the same with a file that is made block by block; whatever making one raises, nothing is changed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        try:
            os.fchmod(descriptor, mode)
            for block in blocks:
                _write(descriptor, block)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def room(directory: Path) -> tuple[int, int]:
    """Return the free and all bytes of the directory's disk, or of where it will be made; zeros where nobody says."""
    for place in (directory, *directory.parents):
        with suppress(OSError):
            usage = shutil.disk_usage(place)
            return usage.free, usage.total
    return 0, 0


def sync_directory(directory: Path) -> None:
    """Make the directory's entries survive a power cut: a file's own fsync does not."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def belong_like(path: Path, other: Path) -> None:
    """Let a file belong to whom another belongs: who makes it may be root, and the bot, which is not, needs it."""
    known = other.stat()
    with suppress(PermissionError):
        os.chown(path, known.st_uid, known.st_gid)


def append_lines(descriptor: int, lines: bytes) -> None:
    """Append whole lines and force them to the disk; raise OSError and leave the file as long as it was."""
    length = whole_length(descriptor)
    if length < os.fstat(descriptor).st_size:  # an earlier append could not be cut back
        os.ftruncate(descriptor, length)
    try:
        _write(descriptor, lines)
        os.fsync(descriptor)
    except BaseException:
        os.ftruncate(descriptor, length)
        raise


def whole_length(descriptor: int) -> int:
    """Return the length in bytes up to the end of the last whole line; a crash can leave a torn one behind it."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - BLOCK)
        if newline := os.pread(descriptor, end - start, start).rfind(b"\n") + 1:
            return start + newline
        end = start
    return 0


def count_lines(descriptor: int) -> int:
    """Return the number of whole lines."""
    return sum(block.count(b"\n") for block in _blocks(descriptor))


def _blocks(descriptor: int) -> Iterator[bytes]:
    start = 0
    while block := os.pread(descriptor, BLOCK, start):
        yield block
        start += len(block)


def _write(descriptor: int, data: bytes) -> None:
    """Write all; a full disk first takes a part, and says why only at the next write."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
