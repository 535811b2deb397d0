"""How the whole is, on one screen: the light, each bot process, what waits, errors, the database, what is held back."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from django.conf import settings
from django.db import connection

from botcore.alerts.maintenance import maintenance
from botcore.monitoring.glance import Figure, newest_figures
from botcore.monitoring.health import Check, Light, checks, overall
from botcore.monitoring.health.check import GRAVITY
from botcore.monitoring.selectors import Process, processes
from botcore.runtime.setting_cache import changed_rows

SHOWN = ("updates", "errors", "backlog", "oldest", "outbox", "open_errors")  # of the figures


@dataclass(frozen=True)
class Held:
    """Something that is switched on for a while; `until` None: until somebody ends it."""

    until: datetime | None
    by: str


@dataclass(frozen=True)
class Status:
    """All of it; without the database only the checks are known."""

    light: Light
    wrong: Sequence[str]  # names of checks that are not well
    processes: Sequence[Process]
    figures: Sequence[Figure]
    database: str
    maintenance: Held | None
    alerts_held: Held | None


@dataclass(frozen=True)
class Trouble:
    """What some checks say is not well, in the same words."""

    light: Light
    names: Sequence[str]
    words: str


@dataclass(frozen=True)
class Versions:
    """What runs here."""

    botdeck: str
    release: str
    python: str
    django: str
    telegram: str
    database: str
    processes: Sequence[Process]


def status() -> Status:
    """Return how everything is."""
    found = checks()
    wrong = [check.name for check in gravest_first(found) if check.light is not Light.OK]
    figures = {figure.name: figure for figure in newest_figures()}
    window = maintenance()
    return Status(
        light=overall(found),
        wrong=wrong,
        processes=_bots(),
        figures=[figures[name] for name in SHOWN],
        database=database_version(),
        maintenance=_maintenance(),
        alerts_held=Held(window.until, window.by) if window else None,
    )


def troubles(found: Sequence[Check]) -> list[Trouble]:
    """Return what is not well, the gravest first; of what has one cause, such as that no bot runs, it says so once."""
    names: dict[str, list[Check]] = {}
    for check in gravest_first(found):
        if check.light is not Light.OK:
            names.setdefault(check.words, []).append(check)
    return [Trouble(same[0].light, [check.name for check in same], words) for words, same in names.items()]


def gravest_first(found: Sequence[Check]) -> list[Check]:
    """Return what failed, then what warns, what is not known, and what is well."""
    return sorted(found, key=lambda check: -GRAVITY.index(check.light))


def versions() -> Versions:
    """Return what runs here, and since when."""
    return Versions(
        botdeck=settings.VERSION,
        release=settings.RELEASE,
        python=platform.python_version(),
        django=metadata.version("django"),
        telegram=metadata.version("python-telegram-bot"),
        database=database_version(),
        processes=_bots(),
    )


def database_version() -> str:
    """Return such as "PostgreSQL 16.4"."""
    numbers = connection.get_database_version()
    return f"{connection.display_name} {'.'.join(map(str, numbers))}"


def _bots() -> list[Process]:
    return [process for process in processes() if process.role == "bot"]


def _maintenance() -> Held | None:
    row = changed_rows().get("maintenance")
    return Held(row.until, row.by) if row and row.value else None
