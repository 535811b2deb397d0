"""Time as the sandbox sees it, so that tests can move it: the world, the queues and the long polls ask only here."""

import asyncio
import time
from typing import Any


class Clock:
    """The real time."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    async def wait(self, signal: asyncio.Future[Any], seconds: float) -> None:
        """Return when the signal is done or the seconds have passed, whichever comes first."""
        await asyncio.wait({signal}, timeout=seconds)


class ManualClock(Clock):
    """A clock for tests: it stands still until `advance`."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._now = start
        self._alarms: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def wait(self, signal: asyncio.Future[Any], seconds: float) -> None:
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (self._now + seconds, alarm)
        self._alarms.append(entry)
        try:
            await asyncio.wait({signal, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._alarms.remove(entry)

    def advance(self, seconds: float) -> None:
        """Move the time on and wake those whose wait is over."""
        self._now += seconds
        for due, alarm in self._alarms:
            if due <= self._now and not alarm.done():
                alarm.set_result(None)
