"""Where errors go in processes without an event loop of ours, web and commands: a thread with a recorder of its own.

It starts with the first error, so that it is there after gunicorn's fork, and ends with the process.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botcore.database import database_threads
from botcore.errors.store import store_errors
from botcore.errors.tally import ERROR, Tally
from botcore.monitoring.identity import process_name
from botcore.recorder import Recorder

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 1.0
CLOSE_SECONDS = 6.0  # the recorder's own 5, and a little


async def flush_for_ever(tally: Tally) -> None:
    """Tell every second of what was only counted, until cancelled."""
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        tally.flush()


class Background:
    """A recorder in a thread, made anew in each process that a fork made."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.tally = Tally(self.put)
        self.renew()
        os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """Begin anew in the child of a fork."""
        self._lock = threading.RLock()
        self._pid, self._starting = 0, False
        self._early: list[tuple[str, Mapping[str, Any]]] = []
        self.tally.renew()

    def put(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Take a record; start the thread with the first one."""
        with self._lock:
            if self._starting:  # an error while the thread starts, in this very thread
                self._early.append((kind, fields))
                return
            if self._pid != os.getpid():
                self._start()
        self._recorder.put(kind, fields)

    def _start(self) -> None:
        self._starting = True
        self._loop, self._stopping = asyncio.new_event_loop(), asyncio.Event()
        self._recorder = Recorder(directory=self._directory, process=process_name(), writers={ERROR: store_errors})
        self._thread = threading.Thread(target=self._live, name="errors", daemon=True)
        self._thread.start()
        self._pid, self._starting = os.getpid(), False
        for kind, fields in self._early:
            self._recorder.put(kind, fields)
        self._early.clear()

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._run())

    async def _run(self) -> None:
        async with database_threads(1):
            flushing = asyncio.create_task(flush_for_ever(self.tally))
            running = asyncio.create_task(self._recorder.run())
            await self._stopping.wait()
            flushing.cancel()
            self.tally.flush()
            await self._recorder.close()
            await asyncio.wait({running})

    def close(self) -> None:
        """Write what waits; for the end of the process."""
        if self._pid != os.getpid():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(CLOSE_SECONDS)
        if self._thread.is_alive():
            logger.warning("the last errors of this process could not be written in time")
