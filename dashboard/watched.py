"""Checks and processes as the page Monitoring says them: only what can be seen is news to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from botcore.charts.scales import Unit, say
from botcore.monitoring.health import Check, Light
from botcore.monitoring.health.check import GRAVITY
from botcore.monitoring.health.fleet import NOBODY
from botcore.monitoring.selectors import Process
from botcore.sentences import measured, translated
from botcore.sentences.numerals import grouped
from botcore.texts.visible import visible
from dashboard.words import worded

TITLES = {"bot_api": "Bot API"}
DOTS = {Light.OK: "good", Light.WARNING: "late", Light.FAILED: "down", Light.UNKNOWN: "idle"}
CALM_LAG = 0.01  # seconds; less is no news
AGED = 90.0  # seconds; a good light says its age from then on


@dataclass(frozen=True)
class Lamp:
    """A check. What a good one says, and when it was known, alone are no news."""

    name: str
    title: str
    light: str
    dot: str
    alarm: str  # its words, when it is not good
    has_age: bool  # it is worth saying
    words: str = field(repr=False)
    at: datetime | None = field(repr=False)


@dataclass(frozen=True)
class Row:
    """A process and its load in words; empty words are not known, or no longer true."""

    process: Process
    in_progress: str
    queue: str
    loop_lag: str
    memory: str
    worker_age: str
    is_queue_long: bool


def lamps(checks: list[Check], now: datetime) -> list[Lamp]:
    """Return the checks: failed ones first, then warnings, what is not known, and what is well."""
    found = sorted(checks, key=lambda check: -GRAVITY.index(check.light))
    return [_lamp(check, now) for check in found]


def nobody(checks: list[Check]) -> str:
    """Return what to do when no bot process is alive, which many checks say; empty when one is."""
    return next((translated(check.words) for check in checks if check.words.startswith(NOBODY)), "")


def _lamp(check: Check, now: datetime) -> Lamp:
    is_nobodys = check.words.startswith(NOBODY)
    words = visible(translated(f"{NOBODY}." if is_nobodys else check.words))
    return Lamp(
        name=check.name,
        title=TITLES.get(check.name) or capfirst(worded(check.name.replace("_", " "))),
        light=check.light.value,
        dot=DOTS[check.light],
        alarm="" if check.light is Light.OK else words,
        has_age=check.age is not None and _is_age_news(check, is_nobodys=is_nobodys),
        words=words,
        at=None if check.age is None else now - timedelta(seconds=check.age),
    )


def _is_age_news(check: Check, *, is_nobodys: bool) -> bool:
    """Tell whether an age says more than its light: that of the last process is said by the failed ones."""
    if check.light is Light.UNKNOWN and is_nobodys:
        return False
    return check.light is not Light.OK or (check.age or 0.0) > AGED


def load(process: Process) -> Row:
    """Return a process' row; one that is gone has no load."""
    vitals = process.vitals
    if not process.is_alive:
        return Row(process, "", "", "", "", "", is_queue_long=False)
    lag = measured(say(vitals.loop_lag, Unit.SECONDS)) if vitals.loop_lag >= CALM_LAG else measured("< 10 ms")
    return Row(
        process,
        in_progress=grouped(vitals.in_progress),
        queue=grouped(vitals.queue),
        loop_lag=lag if vitals.memory else "",
        memory=measured(say(vitals.memory, Unit.BYTES)) if vitals.memory else "",
        worker_age="" if vitals.worker_age is None else _turned(vitals.worker_age),
        is_queue_long=vitals.queue * 2 >= vitals.queue_capacity > 0,
    )


def _turned(age: float) -> str:
    """Say when the worker last looked for work; within two seconds is now."""
    return _("now") if age < 2 else _("%(length)s ago") % {"length": measured(say(age, Unit.SECONDS))}
