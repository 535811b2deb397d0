"""Copies of a SQLite database, made while everything runs: the state of one moment, checked."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from botcore.backups.failures import BackupFailed
from botcore.backups.shelf import KEPT, Shelf

PAGES = 1000  # copied between two looks whether to go on
ENDING = ".sqlite3"


def back_up(database: Path, directory: Path, *, check: Callable[[], None], keep: int = KEPT) -> Path:
    """Copy the database into the directory and return the file; `check` may raise to end it, which leaves no trace."""

    def write(unfinished: Path) -> None:
        _copy(database, unfinished, check)
        verify(unfinished)

    return shelf(database, directory).put(write, needed=size(database), keep=keep)


def shelf(database: Path, directory: Path) -> Shelf:
    """Return where the copies of this database lie."""
    return Shelf(directory, database.stem, ENDING)


def size(database: Path) -> int:
    """Return the bytes of the database with what waits beside it."""
    beside = (database, database.with_name(f"{database.name}-wal"))
    return sum(path.stat().st_size for path in beside if path.is_file())


def _copy(database: Path, target: Path, check: Callable[[], None]) -> None:
    """Copy what the database holds at this moment; writers go on meanwhile."""
    with closing(sqlite3.connect(database, isolation_level=None)) as source:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on the copy's state is fixed
        copy_into(source, target, check)
        source.execute("ROLLBACK")


def copy_into(source: sqlite3.Connection, target: Path, check: Callable[[], None] = lambda: None) -> None:
    """Copy what the source reads, its log as well, into one file."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy, pages=PAGES, progress=lambda *_: check())
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three


def verify(copy: Path) -> None:
    """Raise BackupFailed for a copy whose pages do not fit together."""
    with closing(read_only(copy)) as opened:
        found = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupFailed(f"The copy is damaged, so the database may be, too: {found}")


def read_only(copy: Path) -> sqlite3.Connection:
    """Open a copy that is to stay as it is."""
    return sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)
