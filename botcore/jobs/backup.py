"""Each night a copy of a SQLite database, in var/backups; a PostgreSQL server is backed up by its own tools."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from botcore.runtime.backups import back_up
from botcore.runtime.jobs.registry import job
from botcore.runtime.jobs.run import Run


@job("backup", cron="41 2 * * *", jitter=timedelta(minutes=10), timeout=timedelta(hours=1))
def back_up_database(run: Run) -> str:
    """Copy a SQLite database to var/backups."""
    if connection.vendor != "sqlite":
        return "nothing to do: PostgreSQL is backed up by its own tools, such as pg_dump"
    database = Path(connection.settings_dict["NAME"])
    copy = back_up(database, settings.VAR_DIR / "backups", check=run.check)
    return f"{copy.name}, {copy.stat().st_size / 2**20:,.1f} MiB"
