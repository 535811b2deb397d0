"""The completer: writes what the worker's lanes handled, many of them in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db import DatabaseError, InterfaceError

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.inbox import store
from botcore.inbox.completion import Progress, complete
from botcore.inbox.models import State
from botcore.inbox.store import ClaimedLane
from botcore.instruments import Series

logger = logging.getLogger(__name__)

BATCH = 200
GATHER_SECONDS = 0.02  # how long what was handled waits for more to share a transaction
FLUSH_SECONDS = 5.0  # how long a stop waits for the database to take what was handled
_processed = Series(metrics.UPDATES_PROCESSED)


class Completer:
    """One worker's way to the database; `on_written` follows each batch, `on_released` each lane given back."""

    def __init__(
        self, bot_id: int, *, on_written: Callable[[], None], on_released: Callable[[ClaimedLane], None]
    ) -> None:
        self._bot_id = bot_id
        self._on_written = on_written
        self._on_released = on_released
        self._progress: asyncio.Queue[Progress] = asyncio.Queue()
        self._refused: set[str] = set()  # claims of which the database refused a part: nothing more of them is written
        self._batch: list[Progress] = []  # in hand until it is written
        self._hurry = False

    def put(self, progress: Progress) -> None:
        """Take what was handled; it is written soon."""
        self._progress.put_nowait(progress)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            if not self._batch:
                self._batch.append(await self._progress.get())
            if not self._hurry:
                await asyncio.sleep(GATHER_SECONDS)
            while not self._progress.empty() and len(self._batch) < BATCH:
                self._batch.append(self._progress.get_nowait())
            await self._write(merged(self._batch))
            while self._batch:  # not before: should this fail, the same batch is written again, which changes nothing
                self._batch.pop()
                self._progress.task_done()
            self._on_written()

    async def flush(self) -> None:
        """Wait until everything is in the database, and tell the other processes; else the updates stay pending."""
        self._hurry = True
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._progress.join()
                await in_database(store.hand_over, self._bot_id)
        except (TimeoutError, DatabaseError, InterfaceError):
            logger.warning("the database is away: what was handled last will be handled again")

    async def _write(self, batch: Sequence[Progress]) -> bool:
        """Complete a batch; one that the database refuses is tried lane by lane, so that only one is left behind.

        Return whether the database took everything.
        """
        wanted = [progress for progress in batch if claim_of(progress) not in self._refused]
        lost: list[Progress] = []
        taken = True
        try:
            async for attempt in patiently("worker"):
                with attempt:
                    lost = await in_database(complete, self._bot_id, wanted) if wanted else []
        except Exception:
            if len(wanted) > 1:
                alone = [await self._write([progress]) for progress in batch]
                if all(alone):  # else the log has the cause already
                    logger.exception("lanes could not be completed together, but one by one")
                return all(alone)
            taken = False
            self._refused.add(claim_of(wanted[0]))
            logger.exception("lane %s cannot be completed; it is handled again after its lease", wanted[0].lane.key)
        _count(wanted, lost)
        logger.debug("completed %d updates of %d lanes", sum(len(done.outcomes) for done in wanted), len(wanted))
        for progress in batch:
            if progress.release:
                self._refused.discard(claim_of(progress))
                self._on_released(progress.lane)
        return taken


def claim_of(progress: Progress) -> str:
    """Name the claim that the progress belongs to."""
    return f"{progress.lane.pk}:{progress.lane.owner}"


def merged(batch: Sequence[Progress]) -> list[Progress]:
    """Put together what was handled in the same claim, so that it is fenced and released as one."""
    claims: dict[str, list[Progress]] = {}
    for progress in batch:
        claims.setdefault(claim_of(progress), []).append(progress)
    return [
        replace(parts[-1], outcomes=tuple(outcome for part in parts for outcome in part.outcomes))
        for parts in claims.values()
    ]


def _count(batch: Sequence[Progress], lost: Sequence[Progress]) -> None:
    for progress in lost:
        metrics.LEASES_LOST.inc()
        logger.warning("lease lost: another worker handles lane %s again", progress.lane.key)
    for progress in batch:
        for outcome in progress.outcomes if progress not in lost else ():
            if outcome.state == State.PENDING:
                metrics.RETRIES.inc()
            else:
                _processed[metrics.kind_label(outcome.update.kind), outcome.state.value].inc()
