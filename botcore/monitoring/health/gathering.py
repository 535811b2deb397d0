"""All checks at once: reads the database, and says so when it cannot be read."""

from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import OperationalError

from botcore import sql
from botcore.database import is_away
from botcore.monitoring.clocks import Reading, read_clock
from botcore.monitoring.health import intake, jobs, machine, telegram, work
from botcore.monitoring.health.check import Check, Light
from botcore.monitoring.health.database import AWAY, HELD_UP, MISCONFIGURED, database, migrations, missing_migrations
from botcore.monitoring.health.fleet import fleet
from botcore.monitoring.selectors import Beats, webhooks
from botcore.monitoring.waits import waiting

NAMES = (
    "database", "migrations", "poller", "worker", "backlog", "outbox", "bot_api", "breaker", "writer_queue", "spool",
    "disk", "clock", "duplicate_poller", "jobs", "webhook",
)  # fmt: skip
STATEMENT_SECONDS = 2.0  # each takes some ms, also with millions of rows
NOT_READ = "It cannot be read: see the check"


def checks(now: datetime | None = None, *, beats: Beats | None = None) -> list[Check]:
    """Make every check, in the order of NAMES; without the database `database` is FAILED and the others UNKNOWN.

    `now` takes the place of the database's time; `beats` are those of a page that has read them.
    """
    try:
        clock = (beats and beats.clock) or read_clock()
    except ImproperlyConfigured:
        return without_database(MISCONFIGURED)
    except DatabaseError:
        return without_database()
    found = [database(clock)]
    try:
        with sql.limited(STATEMENT_SECONDS, by_index=True):
            found.append(migrations(missing_migrations()))
            return [*found, *_from_rows(now or clock.now, clock, beats)]
    except OperationalError as exc:  # gone since it told the time, or a statement was ended by its limit
        return without_database(AWAY if is_away(exc) else HELD_UP)
    except DatabaseError:  # a table or column that is not there yet
        return [*found, *_unread(len(found), "migrations")]


def without_database(why: str = AWAY) -> list[Check]:
    """Return what is known without it."""
    return [Check("database", Light.FAILED, why), *_unread(1, "database")]


def _unread(first: int, cause: str) -> list[Check]:
    return [Check(name, Light.UNKNOWN, f"{NOT_READ} {cause}.") for name in NAMES[first:]]


def _from_rows(now: datetime, clock: Reading, beats: Beats | None) -> list[Check]:
    seen, waits = fleet(now, beats), waiting(now)
    return [
        intake.poller(seen),
        work.worker(seen),
        work.backlog(now, waits.update),
        work.outbox(now, waits.message),
        telegram.bot_api(seen),
        telegram.breaker(seen),
        machine.writer_queue(seen),
        machine.spool(seen),
        machine.disk(seen),
        machine.clock(seen, clock.skew),
        intake.duplicate_poller(seen),
        jobs.jobs(seen),
        intake.webhook(seen, webhooks(list(seen.alive))),
    ]
