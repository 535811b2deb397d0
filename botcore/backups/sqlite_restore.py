"""A SQLite database becomes what a copy holds: the copy is made ready beside it, and takes its place in one step."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from botcore.backups.failures import BackupFailed, RestoreRefused
from botcore.backups.shelf import look_for_room
from botcore.backups.sqlite import copy_into, read_only, size, verify
from botcore.files import belong_like, sync_directory

MIGRATIONS = "SELECT app, name FROM django_migrations"
BESIDE = ("-journal", "-wal", "-shm")  # SQLite takes what lies under these names for the file's own


def migrations(copy: Path) -> set[tuple[str, str]]:
    """Return the migrations that a copy has, app and name; raise RestoreRefused for one that is damaged or not ours."""
    try:
        verify(copy)
        with closing(read_only(copy)) as opened:
            return {(app, name) for app, name in opened.execute(MIGRATIONS)}
    except BackupFailed as exc:
        raise RestoreRefused(f"{copy} is damaged. Take another backup.") from exc
    except sqlite3.Error as exc:
        raise RestoreRefused(f"{copy} cannot be restored ({exc}). Take another backup.") from exc


def put_back(copy: Path, database: Path, statements: Sequence[str]) -> Path | None:
    """Put a copy on which the statements were run in the database's place; return where what was there lies now.

    Until the last step the database is as it was, also when the process is killed.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    fresh = database.with_name(f".{database.name}.restoring")
    try:
        _remove(fresh)  # with the journal of one that was killed, which would undo pages of this copy
        look_for_room(database.parent, size(copy))
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(read_only(copy)) as source:
            copy_into(source, fresh)  # by SQLite: a log beside the copy belongs to it
        _belong(fresh, database)
        with closing(sqlite3.connect(fresh, isolation_level=None)) as opened:
            for statement in ("BEGIN", *statements, "COMMIT"):
                opened.execute(statement)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        replaced = _set_aside(database) if database.exists() else None
        fresh.replace(database)
    except BaseException:
        _remove(fresh)
        raise
    sync_directory(database.parent)
    return replaced


def _remove(fresh: Path) -> None:
    for ending in (*BESIDE, ""):  # the file last: without it nobody would look for the others
        fresh.with_name(f"{fresh.name}{ending}").unlink(missing_ok=True)


def _set_aside(database: Path) -> Path:
    """Give the database a second name, with its last commits in it or beside it; refuse while anybody has it open.

    A log or journal left beside would be taken for the new file's: it must be gone before that comes.
    """
    aside = database.with_name(f"{database.name}.replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    try:
        with closing(sqlite3.connect(database, timeout=1)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE").fetchone()  # takes the log in; needs the file for itself
    except sqlite3.OperationalError as exc:
        if "locked" in str(exc):
            raise RestoreRefused(f"{database} is in use: stop the pages and all else that has it open.") from exc
    except sqlite3.DatabaseError:
        pass  # it is damaged: no reason to keep it
    os.link(database, aside)
    for ending in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            database.with_name(f"{database.name}{ending}").replace(aside.with_name(f"{aside.name}{ending}"))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    return aside


def _belong(fresh: Path, database: Path) -> None:
    """Let the file have the database's rights and owner."""
    there = database.exists()
    fresh.chmod(database.stat().st_mode & 0o777 if there else 0o600)
    belong_like(fresh, database if there else database.parent)
