"""Bringing a backup back: it is read to its end, then all of it is restored or nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from botcore.audit.services import record
from botcore.backups import afterwards, postgresql, postgresql_restore, sqlite_restore
from botcore.backups.afterwards import HeldBack
from botcore.backups.alive import refuse_while_used
from botcore.backups.backup import KIND, database
from botcore.backups.failures import BackupFailed, RestoreRefused
from botcore.backups.shelf import checksum_of, digest
from botcore.exceptions import ConfigurationError
from botcore.inbox.exclusive import hold_database
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
BEGINNINGS = {b"SQLite format 3\0": SQLITE, b"PGDMP": POSTGRESQL}


@dataclass(frozen=True)
class Looked:
    """A backup that was read to its end: `missing` are the migrations that this code has beyond it."""

    file: Path
    has_checksum: bool
    missing: list[str]


@dataclass(frozen=True)
class Restored:
    """How it went: where the database lies that was there before, and what waits for a decision."""

    replaced: Path | None
    held_back: HeldBack


def look(file: Path) -> Looked:
    """Read a backup to its end; raise RestoreRefused if it is damaged, of another kind, or newer than this code."""
    kind = _kind(file)
    here = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    if kind != here:
        raise RestoreRefused(
            f"{file} is a backup of {kind}, and DATABASE_URL names {here}: it cannot be restored there."
        )
    has_checksum = _is_as_written(file)
    found = sqlite_restore.migrations(file) if kind == SQLITE else postgresql.migrations(file)
    if not any(app == "botcore" for app, _ in found):
        raise RestoreRefused(f"{file} is no backup of Botdeck.")
    known = set(MigrationLoader(None).disk_migrations)
    installed = {config.label for config in apps.get_app_configs()}
    if newer := sorted(f"{app}.{name}" for app, name in found - known if app in installed):
        raise RestoreRefused(
            f"{file} is of a newer version: it has {newer[-1]}, which this code does not know. "
            "Put that version in place first."
        )
    missing = sorted(f"{app}.{name}" for app, name in known - found)
    return Looked(file, has_checksum, missing)


def restore(looked: Looked, *, force: bool = False) -> Restored:
    """Let the database become what the backup holds; raise RestoreRefused, and then it is as it was."""
    with _nobody_else(force=force):
        statements, replaced = afterwards.statements(), None
        if connection.vendor == "sqlite":
            connection.close()  # what has the old file open would go on with it
            replaced = _put_back_sqlite(looked.file, statements)
        else:
            postgresql_restore.put_back(looked.file, statements)
    restored = Restored(replaced, afterwards.held_back())
    if not looked.missing:  # else this code's tables are not there yet
        _note_restore(looked.file.name, restored.held_back)
    return restored


def hold_back(*, force: bool = False) -> HeldBack:
    """Hold back what must not be done twice, in a database that other tools have brought back; raise RestoreRefused."""
    with _nobody_else(force=force), transaction.atomic(), connection.cursor() as cursor:
        for statement in afterwards.statements():
            cursor.execute(statement)
        held_back = afterwards.held_back()
        _note_restore("of other tools", held_back)
    return held_back


def _note_restore(name: str, held_back: HeldBack) -> None:
    record("backup.restore", f"backup:{name}", after={"held_back": held_back.messages})
    record_event(KIND, f"The backup {name} was restored. {held_back}".strip(), level=Level.WARNING)


def refuse_unless_idle(*, force: bool = False) -> None:
    """Raise RestoreRefused while somebody works on the database, before anybody is asked anything."""
    with _nobody_else(force=force):
        pass


@contextmanager
def _nobody_else(*, force: bool) -> Iterator[None]:
    """Hold the bots' lock of a SQLite file and look for everybody else."""
    with ExitStack() as held:
        try:
            held.enter_context(hold_database())
        except ConfigurationError as exc:
            if exc.__cause__:  # nobody holds it: it cannot be opened
                raise
            words = "A bot runs on this SQLite file, or another restore: stop it and the pages first."
            raise RestoreRefused(words) from exc
        refuse_while_used(force=force)
        yield


def _put_back_sqlite(file: Path, statements: list[str]) -> Path | None:
    try:
        return sqlite_restore.put_back(file, database(), statements)
    except BackupFailed as exc:  # no room
        raise RestoreRefused(str(exc)) from exc
    except (OSError, sqlite3.Error) as exc:
        raise RestoreRefused(f"The database could not be replaced: {exc}") from exc


def _kind(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():  # a pipe would be waited for
            raise RestoreRefused(f"{file} is no file.")
        with file.open("rb") as opened:
            begins = opened.read(16)
    except OSError as exc:
        raise RestoreRefused(f"{file} cannot be read: {exc.strerror}.") from exc
    for beginning, kind in BEGINNINGS.items():
        if begins.startswith(beginning):
            return kind
    raise RestoreRefused(f"{file} is no backup: neither a SQLite database nor a dump of pg_dump's custom format.")


def _is_as_written(file: Path) -> bool:
    """Compare the file with the checksum beside it; return if there is one, raise RestoreRefused if they differ."""
    beside = checksum_of(file)
    try:
        if not beside.exists():
            return False
        same = beside.read_bytes().lower().split()[:1] == [digest(file).encode()]
    except OSError as exc:
        raise RestoreRefused(f"{exc.filename or file} cannot be read: {exc.strerror}.") from exc
    if not same:
        raise RestoreRefused(f"{file} is not what was written: its SHA-256 differs from {beside.name}. Take another.")
    return True
