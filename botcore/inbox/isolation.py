"""When a worker shall be quiet: lanes that kept ending their workers wait to be tried alone."""

import time

from botcore.database import in_database, patiently
from botcore.inbox import store

LOOK_SECONDS = 1.0
QUIET_SECONDS = 10.0  # how long the worker claims nothing to become quiet; a handler that runs longer is not waited for
PAUSE_SECONDS = 30.0  # until the next try then


class Isolation:
    """Asks now and then whether a suspect waits; the worker then lets what runs come to its end."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._next_look = 0.0
        self._since: float | None = None

    async def wanted(self) -> bool:
        """Shall the worker be quiet now?"""
        now = time.monotonic()
        if self._since is not None:
            if now - self._since < QUIET_SECONDS:
                return True
            self._since, self._next_look = None, now + PAUSE_SECONDS
        if now < self._next_look:
            return False
        self._next_look = now + LOOK_SECONDS
        async for attempt in patiently("worker"):
            with attempt:
                waits = await in_database(store.has_suspects, self._bot_id)
        self._since = now if waits else None
        return waits

    def over(self) -> None:
        """The worker was quiet."""
        self._since = None
