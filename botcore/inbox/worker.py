"""The worker: claims lanes, runs one chat's updates in order and chats in parallel, completes them in batches."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from django.utils import timezone

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.inbox import store
from botcore.inbox.models import State
from botcore.inbox.store import ClaimedLane, FinishedLane, Outcome, Pending
from botcore.logs import error_text

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
RENEW_SECONDS = LEASE_SECONDS / 3
IDLE_SECONDS = 1.0  # how long a wake-up that was missed can go unnoticed
UPDATES_PER_LANE = 10  # small, so that a stop has little to finish
FLUSH_SECONDS = 5.0  # how long a stop waits for the database to take what was handled
COMPLETE_BATCH = 100
COMPLETE_SECONDS = 0.02  # how long a finished lane waits for others to share a transaction


class Handling(Protocol):
    """What the worker does with updates; the pipeline is one."""

    async def prepare(self, updates: Sequence[Pending]) -> None:
        """See a whole claim before its first update is handled."""

    async def handle(self, update: Pending) -> Outcome:
        """Handle one update; never raise."""


class Worker:
    """One process' share of the inbox."""

    def __init__(self, *, bot_id: int, owner: str, handling: Handling, concurrency: int) -> None:
        self._bot_id = bot_id
        self._owner = owner
        self._handling = handling
        self._concurrency = concurrency
        self._running: set[asyncio.Task[None]] = set()
        self._held: dict[int, ClaimedLane] = {}  # from the claim until its completion is in the database
        self._backlog = False
        self._finished: asyncio.Queue[FinishedLane] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Tell the worker that there may be work."""
        self._wake.set()

    async def run(self, *, stop_seconds: float) -> None:
        """Work until stop(); then let running handlers finish within the budget and give every lane back."""
        async with asyncio.TaskGroup() as tasks:
            renewer = tasks.create_task(self._renew_leases())
            completer = tasks.create_task(self._complete_lanes())
            await self._claim_lanes()
            await self._drain(stop_seconds)
            await self._flush()
            renewer.cancel()
            completer.cancel()

    def stop(self) -> None:
        """Claim nothing more; running lanes end after the update at hand."""
        self._stopping.set()
        self._wake.set()

    async def _claim_lanes(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            free = self._concurrency - len(self._running)
            lanes = await self._claim(free) if free else []
            self._backlog = len(lanes) == free
            for lane in lanes:
                self._start(lane)
            await self._wait_for_work()

    async def _claim(self, free: int) -> list[ClaimedLane]:
        """Claim and prepare; wait with growing patience while the database is away."""
        async for attempt in patiently("worker"):
            with attempt:
                lanes = await in_database(
                    store.claim,
                    self._bot_id,
                    owner=self._owner,
                    lanes=free,
                    updates_per_lane=UPDATES_PER_LANE,
                    lease_seconds=LEASE_SECONDS,
                )
        async for attempt in patiently("worker"):
            with attempt:
                await self._handling.prepare([update for lane in lanes for update in lane.updates])
        return lanes

    def _start(self, lane: ClaimedLane) -> None:
        self._held[lane.pk] = lane
        task = asyncio.create_task(self._run_lane(lane), name=f"lane {lane.key}")
        self._running.add(task)
        task.add_done_callback(self._lane_ended)

    def _lane_ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._backlog:
            self._wake.set()

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass  # look again, in case a wake-up was missed or a back-off ended

    async def _run_lane(self, lane: ClaimedLane) -> None:
        outcomes: list[Outcome] = []
        try:
            for update in lane.updates:
                if self._stopping.is_set():
                    break
                outcomes.append(await self._handle(update))
        finally:  # also when the stop's budget is over: what is done is completed, the rest stays pending
            left = lane.more or len(outcomes) < len(lane.updates)
            self._finished.put_nowait(FinishedLane(lane, tuple(outcomes), more=left))

    async def _handle(self, update: Pending) -> Outcome:
        """Handle one update; a bug around the handlers costs this update, not the lane."""
        started_at = timezone.now()
        try:
            return await self._handling.handle(update)
        except Exception as exc:
            logger.exception("the pipeline failed on update %s", update.update_id)
            return Outcome(update, State.DEAD, "", error_text(exc), started_at, timezone.now())

    async def _complete_lanes(self) -> None:
        while True:
            lanes = [await self._finished.get()]
            if not self._stopping.is_set():
                await asyncio.sleep(COMPLETE_SECONDS)
            while not self._finished.empty() and len(lanes) < COMPLETE_BATCH:
                lanes.append(self._finished.get_nowait())
            async for attempt in patiently("worker"):
                with attempt:
                    lost = await in_database(store.complete, self._owner, lanes)
            self._count(lanes, lost)
            for finished in lanes:
                self._held.pop(finished.lane.pk, None)
                self._finished.task_done()
            self._wake.set()

    @staticmethod
    def _count(lanes: Sequence[FinishedLane], lost: Sequence[FinishedLane]) -> None:
        for finished in lost:
            metrics.LEASES_LOST.inc()
            logger.warning("lease lost: another worker handles lane %s again", finished.lane.key)
        for finished in lanes:
            for outcome in finished.outcomes if finished not in lost else ():
                metrics.UPDATES_PROCESSED.labels(metrics.kind_label(outcome.update.kind), outcome.state.value).inc()

    async def _renew_leases(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if held := list(self._held):
                async for attempt in patiently("worker"):
                    with attempt:
                        await in_database(store.renew, self._owner, held, lease_seconds=LEASE_SECONDS)

    async def _drain(self, seconds: float) -> None:
        """Give running handlers their time, then cancel them; their updates stay pending."""
        tasks = set(self._running)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            logger.warning("handler of %s was stopped; its update stays pending", task.get_name())
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _flush(self) -> None:
        """Wait until every finished lane is in the database; without a database its updates stay pending."""
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._finished.join()
        except TimeoutError:
            logger.warning("the database is away: what was handled last will be handled again")
