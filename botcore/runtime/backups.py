"""Copies of a SQLite database, made while everything runs: whole, checked, and the newest few kept.

Databases share the directory: a copy's name begins with that of its database's file, and only those are looked at.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from botcore.exceptions import BotdeckError
from botcore.files import sync_directory

KEPT = 7
PAGES = 1000  # copied between two looks whether to go on
ENDING, UNFINISHED = ".sqlite3", ".part"


class BackupFailed(BotdeckError):  # noqa: N818 (what happened)
    """The copy of the database could not be made."""


def back_up(database: Path, directory: Path, *, check: Callable[[], None]) -> Path:
    """Copy the database into the directory and return the file; `check` may raise to end it, which leaves no trace."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in _files(database, directory, rf"{re.escape(UNFINISHED)}.*"):  # of a process that was killed
        left.unlink()
    _look_for_room(database, directory)
    target = directory / f"{database.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}{ENDING}"
    unfinished = target.with_suffix(UNFINISHED)
    try:
        _copy(database, unfinished, check)
        _verify(unfinished)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(directory)
    others = [copy for copy in backups(database, directory) if copy != target]
    for old in others[KEPT - 1 :]:  # never this one, also when a clock that was ahead has named others
        old.unlink()
    return target


def backups(database: Path, directory: Path) -> list[Path]:
    """Return the copies of this database, newest first."""
    return sorted(_files(database, directory, re.escape(ENDING)), reverse=True)


def _files(database: Path, directory: Path, ending: str) -> list[Path]:
    """Return the files of this database with such an ending, and of no other whose name begins alike."""
    name = re.compile(rf"{re.escape(database.stem)}-\d{{8}}-\d{{6}}{ending}", re.ASCII)
    return [path for path in directory.iterdir() if name.fullmatch(path.name)]


def _look_for_room(database: Path, directory: Path) -> None:
    needed = sum(path.stat().st_size for path in database.parent.glob(f"{database.name}*") if path.is_file())
    if (free := shutil.disk_usage(directory).free) < needed:
        raise BackupFailed(
            f"{directory} has {free / 2**20:,.0f} MiB free, and the copy may need {needed / 2**20:,.0f}."
        )


def _copy(database: Path, target: Path, check: Callable[[], None]) -> None:
    """Copy what the database holds at this moment; writers go on meanwhile."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on the copy's state is fixed
        source.backup(copy, pages=PAGES, progress=lambda *_: check())
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three


def _verify(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as opened:
        found = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BackupFailed(f"The copy is damaged, so the database may be, too: {found}")
    with copy.open("rb") as file:
        os.fsync(file.fileno())
