"""The database: whether it can be had, in which version, with which migrations, and what time it is there."""

import os
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from botcore.exceptions import ConfigurationError
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.health.check import Check, Light, counted
from botcore.monitoring.health.database import RECORDER, in_the_code, missing_migrations
from botcore.monitoring.health.machine import judge_skew
from botcore.preflight import in_one_sentence, open_database
from botproject.start.asked import Asked, error, well

LEAST_SKEW = 5.0  # seconds; what pages and Telegram say is exact to a second, and an answer takes its time


def look_at_database(asked: Asked) -> Iterator[Check]:
    """Wait for it up to BOT_START_SECONDS, and look into it; without one there is nothing more to say."""
    if "DATABASE_URL" in settings.CONFIGURATION_COMPLAINTS:
        return
    try:
        with in_one_sentence("opened"):
            open_database()  # Django refuses a version that is too old
            yield well("database", f"{_version()} answers.")
            if reason := _read_only():
                yield error("database", reason)
            if asked.role != "migrate":
                yield _migrations()
                yield _clock()
    except ConfigurationError as exc:
        yield error("database", str(exc))


def _version() -> str:
    numbers = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {numbers}"


def _read_only() -> str:
    """Say when nothing can be written; a file of SQLite has its directory looked at."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        is_on = cursor.fetchone() == ("on",)
    mend = "name the primary server in DATABASE_URL, or set default_transaction_read_only to off."
    return f"Nothing can be written there, it is read-only: {mend}" if is_on else ""


def _migrations() -> Check:
    if missing := missing_migrations():
        # By hand the command would not have what systemd gives to a service, and would meet another database.
        mend = "systemctl start botdeck-migrate" if "CREDENTIALS_DIRECTORY" in os.environ else "deploy/start migrate"
        words = f"The database lacks {counted(missing, 'migration')}: run `{mend}` first."
        return error("migrations", words)
    newer = len(RECORDER.applied_migrations().keys() - in_the_code())
    beside = f", and {newer} of newer code, as in a rolling deploy" if newer else ""
    return well("migrations", f"The database has every one{beside}.")


def _clock() -> Check:
    light, words = judge_skew("The clock of this machine", read_clock().skew, least=LEAST_SKEW)
    return Check("clock", light, words) if light is not Light.OK else well("clock", "It agrees with the database's.")
