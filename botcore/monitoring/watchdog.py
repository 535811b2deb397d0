"""The watchdog: a thread that sees whether the event loop still turns, and ends a process that cannot help itself."""

import asyncio
import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from botcore import metrics
from botcore.clock import Clock
from botcore.logs import flush, in_context
from botcore.monitoring import systemd

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LAST_RESORT = 3  # times LOOP_SECONDS, for a process in which no thread of Python runs
LAST_WORDS_SECONDS = 5.0  # a log that blocks may be what blocks the loop
LOOP_SECONDS = 60.0  # the longest that one handler may block the loop: all chats of the process wait meanwhile


@dataclass(frozen=True, slots=True)
class Health:
    """Is the process alive, and in which words."""

    alive: bool
    words: str


def _end() -> None:
    os._exit(1)


class Watchdog:
    """`intake_age` is the age in seconds of the last successful getUpdates, None for a process that does not poll.

    `each_look` is called in the watchdog's thread at least every half second, also while the loop is blocked; it must
    return at once. `last` is called before the process is ended, and may take a few seconds.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        intake_age: Callable[[], float | None] = lambda: None,
        each_look: Callable[[], None] = lambda: None,
        last: Callable[[], None] = lambda: None,
        loop_seconds: float = LOOP_SECONDS,
        end: Callable[[], None] = _end,
    ) -> None:
        self._clock = clock
        self._intake_age = intake_age
        self._each_look = each_look
        self._last = last
        self._loop_seconds = loop_seconds
        self._end = end
        self._ticked = time.monotonic()
        self._worst_lag = 0.0
        self._done = threading.Event()

    async def run(self) -> None:
        """Tick in the loop until cancelled; a thread watches the ticks."""
        self._done = threading.Event()
        watch = in_context(partial(self._watch, self._done))
        thread = threading.Thread(target=watch, name="watchdog", daemon=True)
        self._ticked = time.monotonic()
        thread.start()
        try:
            while True:
                self._ticked = time.monotonic()
                # Code that holds the interpreter's lock stops every thread of Python; this timer needs none.
                if self._end is _end:
                    faulthandler.dump_traceback_later(LAST_RESORT * self._loop_seconds, exit=True)
                self._clock.look()
                metrics.HEARTBEAT.labels("watchdog").set_to_current_time()
                await self._tick()
        finally:
            faulthandler.cancel_dump_traceback_later()
            self._done.set()

    def worst_lag(self) -> float:
        """Return by how many seconds the event loop was late at worst since the last time this was asked."""
        worst, self._worst_lag = self._worst_lag, 0.0
        return worst

    async def _tick(self) -> None:
        """Sleep until the next tick; how late it comes is how late everything else in the loop is."""
        began = time.monotonic()
        await asyncio.sleep(TICK_SECONDS)
        lag = max(0.0, time.monotonic() - began - TICK_SECONDS)
        metrics.LOOP_LAG.observe(lag)
        self._worst_lag = max(self._worst_lag, lag)

    def health(self) -> Health:
        """Judge the process; safe to call from any thread."""
        stuck = time.monotonic() - self._ticked
        if stuck > self._loop_seconds / 2:
            return Health(alive=False, words=f"the event loop has been blocked for {stuck:.0f} s")
        age = self._intake_age()
        return Health(alive=True, words="ok" if age is None else f"ok; last getUpdates {age:.0f} s ago")

    def _watch(self, done: threading.Event) -> None:
        interval = min(TICK_SECONDS / 2, (systemd.watchdog_seconds() or 2.0) / 2, self._loop_seconds / 4)
        looked = time.monotonic()
        while not done.wait(interval):
            before, looked = looked, time.monotonic()
            if looked - before > self._loop_seconds / 2:  # this thread did not run either: the process was frozen
                self._ticked = looked
            stuck = looked - self._ticked
            if stuck > self._loop_seconds:
                self._give_up(stuck)
                return
            try:
                self._each_look()
                if self.health().alive:
                    systemd.notify("WATCHDOG=1")
            except Exception:
                logger.exception("the watchdog's look failed; it goes on")

    def _give_up(self, stuck: float) -> None:
        """Say where every thread stands, for that is the mistake to mend, and end; the inbox keeps what was at work."""
        words = threading.Thread(target=in_context(self._say_why), args=(stuck,), name="last words", daemon=True)
        words.start()
        words.join(LAST_WORDS_SECONDS)
        self._end()

    def _say_why(self, stuck: float) -> None:
        logger.critical("the event loop has been blocked for %.0f s; the process ends. Its threads:", stuck)
        flush()
        faulthandler.dump_traceback(sys.stderr, all_threads=True)
        self._last()
