"""What a bot process says of itself on its own port: /healthz, /readyz and /statusz, from memory, asking nobody.

So they answer also while the event loop is blocked and while the database or Telegram are away.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, NamedTuple

from botcore.monitoring.heart import Heart
from botcore.monitoring.selectors import SILENT_AFTER
from botcore.monitoring.watchdog import Health

LEFT_OUT = ("metrics", "vitals")  # /metrics has the ones, the others are unpacked


class Page(NamedTuple):
    """An answer: 200 when `well`, else 503, with `facts` as JSON."""

    well: bool
    facts: dict[str, Any]


class SelfReport:
    """One process' pages, by path; any thread may ask."""

    def __init__(self, health: Callable[[], Health], heart: Heart) -> None:
        self._health = health
        self._heart = heart
        self.pages = {"/healthz": self._alive, "/readyz": self._ready, "/statusz": self._status}

    def _alive(self) -> Page:
        """Say whether the event loop turns; Telegram and the database have no part in it."""
        health = self._health()
        return Page(health.alive, {"alive": health.alive, "detail": health.words})

    def _ready(self) -> Page:
        """Say whether the database takes the heartbeats of a process that lives."""
        health, age = self._health(), self._heart.age()
        takes = age is not None and age <= SILENT_AFTER.total_seconds()
        since = "has taken no heartbeat yet" if age is None else f"took the last heartbeat {age:.0f} s ago"
        checks = {"event_loop": "ok" if health.alive else health.words, "database": "ok" if takes else since}
        return Page(health.alive and takes, {"ready": health.alive and takes, "checks": checks})

    def _status(self) -> Page:
        """Say all that the last heartbeat said."""
        beat, age = asdict(self._heart.said), self._heart.age()
        known = {name: value for name, value in beat.items() if name not in LEFT_OUT}
        times = {name: value.isoformat() for name, value in known.items() if hasattr(value, "isoformat")}
        vitals = json.loads(self._heart.said.vitals)
        more = {"beat_age_seconds": None if age is None else round(age, 1), "vitals": vitals}
        return Page(True, {**self._alive().facts, **known, **times, **more})
