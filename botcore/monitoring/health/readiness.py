"""Whether a web process may get traffic: the database answers within a second and has every migration."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from botcore import sql
from botcore.monitoring.health.check import counted
from botcore.monitoring.health.database import in_the_code, missing_migrations
from botcore.monitoring.health.limited import Limited
from botcore.monitoring.selectors import spooled

LIMIT_SECONDS = 1.0  # a probe that waits longer is given up by most balancers
AWAY, UNKNOWN, WELL = "does not answer", "unknown", "ok"


@dataclass(frozen=True)
class Readiness:
    """Each check as one sentence, "ok" when there is nothing to say."""

    database: str
    migrations: str
    spool: str

    @property
    def is_ready(self) -> bool:
        """Tell whether pages can be served; what bots keep in files does not matter for that."""
        return self.database == self.migrations == WELL


def readiness() -> Readiness:
    """Ask the database; never longer than LIMIT_SECONDS."""
    in_the_code()  # from disk, the first time: no part of the database's second
    try:
        return _look(LIMIT_SECONDS)
    except TimeoutError:
        return Readiness(f"{AWAY} within {LIMIT_SECONDS:g} s", UNKNOWN, UNKNOWN)
    except (DatabaseError, ImproperlyConfigured):
        return Readiness(AWAY, UNKNOWN, UNKNOWN)


def _ask() -> Readiness:
    with sql.limited(LIMIT_SECONDS):
        missing = missing_migrations()
        if missing:
            return Readiness(WELL, f"{missing} to apply", UNKNOWN)
        waiting = spooled()
    words = f"{counted(waiting, 'record')} {'waits' if waiting == 1 else 'wait'} for the database"
    return Readiness(WELL, WELL, words if waiting else WELL)


_look = Limited(_ask)
