"""The wall clock, and whether it can be trusted: one that was set makes every age wrong for a while."""

import time
from collections.abc import Callable

NOTICED = 5.0  # seconds; what NTP corrects little by little is less


def since_boot() -> float:
    """Seconds since the machine started, its sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Compares the wall clock with one that only runs; `on_jump` hears of the seconds by which it was set."""

    def __init__(
        self,
        on_jump: Callable[[float], None] = lambda _seconds: None,
        *,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = since_boot,
    ) -> None:
        self._on_jump = on_jump
        self._wall = wall
        self._running = running
        self._offset = self._difference()
        self._set_at = float("-inf")

    def steady_for(self) -> float:
        """Return for how many seconds the clock has not been set, as far as this process knows."""
        self.look()
        return self._running() - self._set_at

    def look(self) -> None:
        """Notice a jump since the last look."""
        difference = self._difference()
        jump = difference - self._offset
        if abs(jump) >= NOTICED:
            self._offset, self._set_at = difference, self._running()
            self._on_jump(jump)

    def _difference(self) -> float:
        return self._wall() - self._running()
