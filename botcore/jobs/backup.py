"""Each night a copy of a SQLite database, in BACKUP_DIR; a server is dumped by `manage.py backup`, from a timer."""

from datetime import timedelta

from django.conf import settings
from django.db import connection

from botcore.backups.backup import back_up, in_mib
from botcore.runtime.jobs.registry import job
from botcore.runtime.jobs.run import Run


@job("backup", cron="41 2 * * *", jitter=timedelta(minutes=10), timeout=timedelta(hours=1))
def back_up_database(run: Run) -> str:
    """Copy a SQLite database to BACKUP_DIR."""
    if connection.vendor != "sqlite":
        return "nothing to do: PostgreSQL is backed up by `manage.py backup` from a timer, or by its own tools"
    copy = back_up(settings.BACKUP_DIR, check=run.check)
    return f"{copy.name}, {in_mib(copy)}"
