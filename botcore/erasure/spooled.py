"""Records about a person in the files of SPOOL_DIR, on this machine: of processes that live, and of dead ones.

What a living process holds goes to the database within seconds once that is there; it is waited for. Of files that
nobody holds the lines go: those of dead processes, and lines that were no records (*.bad).
"""

import json
from collections.abc import Iterator
from pathlib import Path

from botcore.erasure.marks import Marks
from botcore.files import write_blocks_atomically
from botcore.spool.file import SpoolFile
from botcore.spool.spool import SUFFIX


def forget(directory: Path, marks: Marks) -> tuple[int, bool]:
    """Take the person's lines out of files; return how many went, and whether a living process holds some."""
    gone, is_waiting = 0, False
    for path in sorted(directory.glob(f"*{SUFFIX}*")) if directory.is_dir() else []:
        found = sum(not kept for _, kept in _lines(path, marks))
        if not found:
            continue
        if _rewritten(path, marks):
            gone += found
        else:
            is_waiting = True
    return gone, is_waiting


def _rewritten(path: Path, marks: Marks) -> bool:
    """Write a file anew without the person's lines; False for one that a living process holds."""
    if path.suffix != SUFFIX:  # lines that were moved aside: nobody holds them
        write_blocks_atomically(path, (line for line, kept in _lines(path, marks) if kept))
        return True
    file = SpoolFile.adopt(path)
    if file is None:
        return False
    try:
        write_blocks_atomically(path, (line for line, kept in _lines(path, marks) if kept))
    finally:
        file.close()
    return True


def _lines(path: Path, marks: Marks) -> Iterator[tuple[bytes, bool]]:
    """Yield each line, and whether it stays."""
    try:
        with path.open("rb") as file:
            for line in file:
                yield line, not _names(line, marks)
    except FileNotFoundError:  # its process has just replayed it
        return


def _names(line: bytes, marks: Marks) -> bool:
    text = line.decode("utf-8", "replace").strip()
    try:
        found = json.loads(text)
        return bool(marks.cleaned(found) != found)
    except (ValueError, RecursionError):
        return marks.is_in(text)
