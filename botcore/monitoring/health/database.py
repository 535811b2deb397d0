"""Checks of the database itself: whether it answers, how fast, and whether it has every migration."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from botcore.monitoring.clocks import Reading
from botcore.monitoring.health.check import Check, Light

SLOW_SECONDS = 0.5  # for its time of day, which takes 1 ms: the budget of calls goes on alone after as long
AWAY = "The database does not answer: see that it runs and that DATABASE_URL is right. Nothing is lost meanwhile."
MISCONFIGURED = "DATABASE_URL is not valid. `manage.py check` says what to write."
HELD_UP = "The database answers, but a read of its tables does not end: look for locks and long statements in it."
RECORDER = MigrationRecorder(connection)  # one for all: it looks for its own table until it has seen it once


def database(read: Reading) -> Check:
    """Judge by how long it took to say what time it is."""
    if read.seconds > SLOW_SECONDS:
        words = f"The database took {read.seconds:.1f} s for the least there is: look at its load and its locks."
        return Check("database", Light.WARNING, words, 0.0)
    return Check("database", Light.OK, f"It answers in {max(1, round(read.seconds * 1000))} ms.", 0.0)


def migrations(missing: int) -> Check:
    """Judge by how many migrations are missing."""
    if missing:
        return Check("migrations", Light.FAILED, f"{missing} to apply: run `manage.py migrate`.", 0.0)
    return Check("migrations", Light.OK, "The database has every migration.", 0.0)


def missing_migrations() -> int:
    """Count the migrations that are in the code and not in the database."""
    return len(in_the_code() - RECORDER.applied_migrations().keys())


@cache
def in_the_code() -> frozenset[tuple[str, str]]:
    """Every migration in the code, read once a process."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
