"""The recorder: put → memory → database; while that is away: memory → spool → database when it is back.

A record can reach its writer twice (a crash between commit and clean-up); its key makes the second time harmless.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import Error

from botcore import metrics
from botcore.recorder.delivery import AwayError, Delivery
from botcore.recorder.lines import EVENT, Writer, in_short, keep_in_log, make_line
from botcore.recorder.patience import Patience
from botcore.spool import Spool

logger = logging.getLogger(__name__)

MEMORY = 10_000  # records that wait in memory at most
BATCH = 100
GATHER_SECONDS = 0.1  # how long a record waits for others to share a transaction
REPLAY_BATCH = 500  # lines of the spool in one transaction
ANSWER_SECONDS = 5.0  # without an answer for so long, the database counts as away
RESCAN_SECONDS = 30.0  # how often to look for files of processes that died since
END_SECONDS = 0.5  # the parts of close(), 5 s together
LAST_WRITE_SECONDS = 2.5
LAST_SPILL_SECONDS = 1.5


class Recorder:
    """One process' records. Its own log lines must not be fed back into put()."""

    def __init__(
        self,
        *,
        directory: Path,
        process: str,
        writers: Mapping[str, Writer],
        answer_seconds: float = ANSWER_SECONDS,
        rescan_seconds: float = RESCAN_SECONDS,
    ) -> None:
        self._spool = Spool(directory, process)
        self._delivery = Delivery(writers, answer_seconds=answer_seconds)
        self._process = process
        self._rescan_seconds = rescan_seconds
        self._next_scan = 0.0
        self._waiting: deque[bytes] = deque()  # lines; appended by any thread, taken by the loop only
        self._taken = 0  # lines that a write has in hand; they return when it fails
        self._database, self._disk = Patience(), Patience()
        self._news, self._full = asyncio.Event(), asyncio.Event()
        self._told = False  # has put() rung already? A ring costs a system call
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._closed = False
        metrics.RECORDS_QUEUE_CAPACITY.set(MEMORY)

    @property
    def spooled(self) -> int:
        """Records that wait for the database: in files, and in memory when it is away; 0 when all is well."""
        return self._spool.waiting + (0 if self._database.fine else self.in_memory)

    @property
    def room(self) -> tuple[int, int]:
        """Free and all bytes of the spool's disk, looked at beside the event loop every half a minute."""
        return self._spool.room

    @property
    def in_memory(self) -> int:
        """Records that wait for their batch, at most MEMORY."""
        return len(self._waiting) + self._taken

    def put(self, kind: str, fields: Mapping[str, Any]) -> None:
        """Take a record, from any thread; times become ISO text. Returns at once and never raises."""
        try:
            line = make_line(kind, fields)
        except ValueError as exc:
            keep_in_log(kind, in_short(fields), str(exc))
            return
        if not self._delivery.takes(kind):
            keep_in_log(kind, line.decode(), "nobody writes this kind")
        elif self._closed:
            keep_in_log(kind, line.decode(), "the recorder is closed")
        elif self.in_memory >= MEMORY:
            keep_in_log(kind, line.decode(), f"{MEMORY} records wait in memory")
        else:
            self._waiting.append(line)
            self._notify()

    def _notify(self) -> None:
        if self._loop is None:
            return  # run() looks by itself when it begins
        try:
            if not self._told:
                self._told = True
                self._loop.call_soon_threadsafe(self._news.set)
            if len(self._waiting) == BATCH:
                self._loop.call_soon_threadsafe(self._full.set)
        except RuntimeError:
            pass  # the loop is closed, and so is this recorder

    async def run(self) -> None:
        """Write until close() or cancelled; what is under way then goes back into memory."""
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        while not self._closed:  # a stop can come before the first turn
            if time.monotonic() >= self._next_scan:
                self._next_scan = time.monotonic() + self._rescan_seconds
                await asyncio.to_thread(self._spool.adopt)
            await self._turn()
            await self._wait()

    async def close(self) -> None:
        """Let run() end, and bring what waits into the database, else into the spool, within 5 s."""
        self._closed = True
        self._news.set()
        await _at_most(LAST_WRITE_SECONDS, self._last_write)
        if self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=END_SECONDS)
        self._disk.succeeded()  # whatever it said before: this is its last chance
        await _at_most(LAST_SPILL_SECONDS, self._spill)
        while self._waiting:
            keep_in_log("any", self._waiting.popleft().decode(), "at the end, neither database nor SPOOL_DIR took it")
        await _at_most(END_SECONDS, lambda: asyncio.to_thread(self._spool.close))

    def rescue(self) -> None:
        """Bring a copy of what waits into the spool, from another thread, while the loop is blocked for good."""
        try:
            if lines := list(self._waiting):
                self._spool.append(lines)
        except (OSError, RuntimeError) as exc:  # a full disk; a deque that another thread changes
            logger.warning("the last records could not be written: %s", exc)

    async def _last_write(self) -> None:
        """Wait for what is under way; try the database unless it is known to be away and the spool will do."""
        if self._task:
            await asyncio.wait({self._task})
        await self._delivery.settle()
        if self._database.fine or not self._disk.fine:
            try:
                await self._write_memory()
            except AwayError as exc:
                logger.warning("the database is away, the last records go to SPOOL_DIR: %s", exc)

    async def _wait(self) -> None:
        """Wait for a record and then shortly for more, or until something is due."""
        self._full.clear()
        await _until(self._news, self._pause())
        stuck = not self._database.fine and not self._disk.fine  # then more records change nothing
        if self._waiting and (stuck or len(self._waiting) < BATCH):
            await _until(self._full, GATHER_SECONDS)
        self._news.clear()
        self._told = False  # before the turn: what is put from now on rings again

    def _pause(self) -> float:
        if self._database.fine:
            return 0.0 if self._waiting or self._spool.waiting else self._rescan_seconds
        return min(self._database.left, self._disk.left) if self._waiting else self._database.left

    async def _turn(self) -> None:
        """Write what waits, in files and in memory; what the database does not take goes to the spool."""
        metrics.HEARTBEAT.labels("recorder").set_to_current_time()
        metrics.RECORDS_QUEUED.set(self.in_memory)
        if not self._database.left:
            try:
                await self._replay()
                await self._write_memory()
            except AwayError as exc:
                self._database.failed()
                metrics.DATABASE_ERRORS.labels("recorder").inc()
                self._tell_why(exc)
            else:
                if self._database.succeeded():
                    self._disk.succeeded()  # an outage later is a new one, and worth a new line
                    logger.info("the database is back; %d records of the spool follow", self._spool.waiting)
        if not self._database.fine:
            await self._spill()
        metrics.RECORDS_QUEUED.set(self.in_memory)
        metrics.RECORDS_SPOOLED.set(self.spooled)

    @staticmethod
    def _tell_why(error: AwayError) -> None:
        """Say why the records wait: the database, or a bug of a writer."""
        cause = error.__cause__
        if cause is None or isinstance(cause, Error | OSError):
            logger.warning("the database is away, recorder waits: %s", error)
        else:
            logger.error("records could not be written, recorder waits: %s", error, exc_info=cause)

    async def _write_memory(self) -> None:
        for _ in range(len(self._waiting) // BATCH + 1):  # not for ever: the spool has its turn, too
            with self._take(BATCH) as lines:
                await self._delivery.store(lines)

    async def _replay(self) -> None:
        """Write the oldest lines of the spool; forget them only when they are committed."""
        if self._spool.waiting and (chunk := await asyncio.to_thread(self._spool.read, REPLAY_BATCH)):
            bad = await self._delivery.store(chunk.lines)
            await asyncio.to_thread(self._spool.drop, chunk, bad)

    async def _spill(self) -> None:
        """Move what waits in memory to the spool; when the disk refuses it stays, with one complaint an episode."""
        if not self._waiting or self._disk.left:
            return
        try:
            while self._waiting:
                with self._take(REPLAY_BATCH) as lines:
                    await asyncio.to_thread(self._spool.append, lines)
                    metrics.RECORDS_SPILLED.inc(len(lines))
        except OSError as exc:
            self._complain(exc)
        else:
            if self._disk.succeeded():
                logger.info("SPOOL_DIR %s can be written again", self._spool.directory)

    def _complain(self, error: OSError) -> None:
        first = self._disk.fine
        self._disk.failed()
        if not first:
            return
        text = f"SPOOL_DIR {self._spool.directory} cannot be written: {error.strerror or error}"
        logger.error("%s; records wait in memory, %d at most", text, MEMORY)
        if self._delivery.takes(EVENT) and not self._closed:
            event = {"at": datetime.now(UTC), "level": "error", "kind": "spool_full", "text": text}
            self.put(EVENT, {**event, "process": self._process, "bot_id": None})

    @contextmanager
    def _take(self, count: int) -> Iterator[list[bytes]]:
        """Take the oldest lines out of memory; they return to their place when the block fails."""
        lines = [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]
        self._taken += len(lines)
        try:
            yield lines
        except BaseException:
            self._waiting.extendleft(reversed(lines))
            raise
        finally:
            self._taken -= len(lines)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


async def _at_most(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work()
    except TimeoutError:
        logger.warning("not all of the recorder's last records were written within %s s", seconds)
