"""The journal: one line for each beginning and end of a handler, appended by all bot processes, read by the judge.

A line is written by one os.write() to a file opened with O_APPEND: it is there as a whole or not at all.
"""

import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VARIABLE = "CRASH_JOURNAL"  # holds the file's name
BEGIN, END = "begin", "end"
STOPPED = "stopped"  # the handler was cancelled: it neither ended nor goes on


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `at` is monotonic and the same for all processes, `wall` is comparable with the database's clock."""

    pid: int
    mark: str
    chat: int
    number: int
    pk: int
    at: float
    wall: float


def note(mark: str, chat: int, number: int, pk: int) -> None:
    """Append a line for this process, now."""
    line = f"{os.getpid()} {mark} {chat} {number} {pk} {time.monotonic():.6f} {time.time():.6f}\n"
    os.write(_file(), line.encode())


@cache
def _file() -> int:
    return os.open(os.environ[VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def read(path: Path) -> list[Entry]:
    """Return the entries in the order in which they were written; none when there is no file yet."""
    return [_entry(line) for line in path.read_text().splitlines()] if path.exists() else []


def _entry(line: str) -> Entry:
    pid, mark, chat, number, pk, at, wall = line.split()
    return Entry(int(pid), mark, int(chat), int(number), int(pk), float(at), float(wall))
