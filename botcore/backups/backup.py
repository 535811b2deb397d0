"""Making a backup of this installation's database, for the job and for the command."""

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

from django.db import DatabaseError, connection

from botcore.audit.services import record
from botcore.backups import postgresql, sqlite
from botcore.backups.failures import BackupFailed
from botcore.backups.shelf import KEPT
from botcore.exceptions import ConfigurationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

KIND = "backup"
# What another try does not mend: rights, a disk for reading only, a file or a broken link where the directory would be.
NO_PLACE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


def back_up(directory: Path, *, keep: int = KEPT, check: Callable[[], None] = lambda: None) -> Path:
    """Make a backup in the directory and return it; raise BackupFailed, or ConfigurationError with the mend."""
    try:
        if connection.vendor == "sqlite":
            return sqlite.back_up(_existing(), directory, check=check, keep=keep)
        return postgresql.back_up(directory, check=check, keep=keep)
    except (OSError, sqlite3.Error) as exc:
        if isinstance(exc, OSError) and exc.errno in NO_PLACE:
            raise ConfigurationError(
                f"BACKUP_DIR: {exc.filename or directory} cannot be written ({exc.strerror}); "
                "name another directory, or change its owner."
            ) from exc
        raise BackupFailed(f"The backup could not be written: {exc}") from exc


def back_up_on_record(directory: Path, *, keep: int) -> Path:
    """Do the same for somebody who asked, with the event and the audit's entry; a failure is an event, too."""
    try:
        made = back_up(directory, keep=keep)
    except (BackupFailed, ConfigurationError) as exc:
        _tell(f"A backup failed: {exc}", Level.ERROR)
        raise
    record("backup.make", f"backup:{made.name}", after={"bytes": made.stat().st_size})
    record_event(KIND, f"A backup was made: {made.name}, {in_mib(made)}.", level=Level.INFO)
    return made


def in_mib(path: Path) -> str:
    """Return a file's size in words."""
    return f"{path.stat().st_size / 2**20:,.1f} MiB"


def database() -> Path:
    """Return the file of a SQLite database."""
    return Path(connection.settings_dict["NAME"])


def _existing() -> Path:
    if not (file := database()).exists():
        raise ConfigurationError(f"DATABASE_URL: there is no {file}; run `manage.py migrate` first.")
    return file


def _tell(words: str, level: Level) -> None:
    try:
        record_event(KIND, words, level=level)
    except DatabaseError:
        connection.close()  # it is away: the command says so itself
