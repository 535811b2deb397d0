"""The worker: claims lanes, runs one chat's updates in order and chats in parallel, completes them in batches."""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from botcore import metrics
from botcore.cancellation import end, is_being_ended
from botcore.database import for_handlers, in_database, patiently
from botcore.errors.fingerprint import fingerprint
from botcore.exceptions import Postponed
from botcore.inbox import store
from botcore.inbox.completer import Completer
from botcore.inbox.completion import Outcome, Progress
from botcore.inbox.isolation import Isolation
from botcore.inbox.models import State
from botcore.inbox.store import ClaimedLane, Pending
from botcore.lanes.leases import RENEWALS, Leases
from botcore.logs import error_text
from botcore.loops import keep_going

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0  # how long a wake-up that was missed can go unnoticed
UPDATES_PER_LANE = 10  # small, so that a stop has little to finish
POSTPONE_SECONDS = 2.0  # how long a lane waits after its handler met a database that was away
CANCEL_SECONDS = 2.0  # how long a cancelled handler may tidy up
CLAIM_SECONDS = 2.0  # how long a stop waits for a claim under way: given up, its lanes would wait for their lease
URGENT_ROOM = 8  # questions with a short time to answer that are handled beside a full house
URGENT_LOOK_SECONDS = 0.5  # between two looks for them: one that is busy shall not look with each wake-up
ALONE_SECONDS = 10.0  # how long a suspect has the process for itself; one that is only slow must not stop the others
LATE = "handler of %s is stopped with its lease; its update stays pending"
CRASHES = 5  # workers that may end while they hold an update before it is a dead letter


Run = Callable[[], Awaitable[Outcome]]


class Handling(Protocol):
    """What the worker does with updates; the pipeline is one."""

    async def prepare(self, updates: Sequence[Pending]) -> Mapping[int, Run]:
        """See a whole claim; return how to handle each update, by its pk. A run may raise Postponed."""


class Worker:
    """One process' share of the inbox; while `holds()` it claims nothing, and leaves the work to others."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        bot_id: int,
        owner: str,
        handling: Handling,
        concurrency: int,
        lease_seconds: float = 20.0,
        holds: Callable[[], bool] = lambda: False,
        attempts: int = 1,
    ) -> None:
        self._bot_id = bot_id
        # Unique for each claim: what a paused process finishes late cannot pass for the work of a newer claim.
        self._owner, self._claims = f"{owner}:{secrets.token_hex(4)}", itertools.count()
        self._handling = handling
        self._concurrency = concurrency
        self._leases = Leases(lease_seconds, renew=store.renew, loop="worker", late=LATE)
        self._holds = holds
        self._attempts = attempts  # at an update that fails around its handler
        self._running: dict[asyncio.Task[None], ClaimedLane] = {}
        self._suspect: int | None = None  # the lane that kept ending workers and is at work now
        self._suspected_at = 0.0
        self._turned = time.monotonic()  # when it last looked for work
        self._isolation = Isolation(bot_id)
        self._backlog = False  # the last claim took all that there was room for
        self._looked_for_urgent_at = float("-inf")
        # After an outage everybody's leases have run out; their holders get the time to renew them.
        self._may_take_over_at = time.monotonic()
        self._completer = Completer(bot_id, on_written=self.wake, on_released=self._released)
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Tell the worker that there may be work."""
        self._wake.set()

    async def run(self, *, stop_seconds: float) -> None:
        """Work until stop(); then let running handlers finish within the budget and give every lane back."""
        async with asyncio.TaskGroup() as tasks:
            keepers = [
                tasks.create_task(keep_going(keep, f"worker: {keep.__qualname__}"))
                for keep in (self._leases.renew, self._leases.stop_late_handlers, self._completer.run)
            ]
            claiming = tasks.create_task(keep_going(self._claim_lanes, "worker: claiming"))
            await self._stopping.wait()
            await asyncio.wait({claiming}, timeout=CLAIM_SECONDS)
            claiming.cancel()
            await self._drain(stop_seconds)
            await self._completer.flush()
            for task in keepers:
                task.cancel()

    def age(self) -> float:
        """Return the seconds since it last looked for work, which it does every IDLE_SECONDS, also while it holds."""
        return time.monotonic() - self._turned

    @property
    def in_progress(self) -> int:
        """How many updates are being handled: one of each lane at work."""
        return len(self._running)

    def renew_beside(self) -> None:
        """Keep the leases, should the event loop be blocked; for the watchdog's thread."""
        self._leases.renew_beside()

    def stop(self) -> None:
        """Claim nothing more; running lanes end after the update at hand."""
        self._stopping.set()
        self._wake.set()

    async def _claim_lanes(self) -> None:
        while not self._stopping.is_set():
            self._turned = time.monotonic()
            self._wake.clear()
            if lanes := await self._next_lanes():
                await self._start_all(lanes)
            await self._wait_for_work()

    async def _start_all(self, lanes: Sequence[ClaimedLane]) -> None:
        """Start work on what was claimed; lanes that a bug keeps from it are given back."""
        begun = 0
        try:
            runs = await self._prepare(lanes)
            for lane in lanes:
                self._start(lane, runs)
                begun += 1
        except Exception:
            for lane in lanes[begun:]:  # should this fail, too, their leases run out
                self._completer.put(Progress(lane, (), more=True, wait_seconds=POSTPONE_SECONDS, tried=False))
            raise

    async def _next_lanes(self) -> list[ClaimedLane]:
        """Claim what there is room for. A suspect is worked on alone: what ends the process then is to blame."""
        # Should _lane_ended() have failed.
        self._running = {task: lane for task, lane in self._running.items() if not task.done()}
        alone = self._suspect is not None and time.monotonic() - self._suspected_at < ALONE_SECONDS
        if alone or self._holds():
            return []
        if await self._isolation.wanted():
            if self._running:
                return []  # they end first
            self._isolation.over()
            if lanes := await self._claim(1, suspect=True):
                return lanes
        urgent = await self._next_urgent() if self._backlog else []
        beside = min(self._urgent_running(), URGENT_ROOM)
        free = self._concurrency - (len(self._running) - beside)
        lanes = await self._claim(free) if free else []
        self._backlog = len(lanes) == free
        return urgent + lanes

    async def _next_urgent(self) -> list[ClaimedLane]:
        """Claim past the queue what would be too late in it: it has room of its own."""
        now = time.monotonic()
        room = URGENT_ROOM - self._urgent_running()
        if room <= 0 or now - self._looked_for_urgent_at < URGENT_LOOK_SECONDS:
            return []
        self._looked_for_urgent_at = now
        return await self._claim(room, urgent=True)

    def _urgent_running(self) -> int:
        return sum(lane.is_urgent for lane in self._running.values())

    async def _claim(self, free: int, *, suspect: bool = False, urgent: bool = False) -> list[ClaimedLane]:
        """Claim lanes; wait with growing patience while the database is away."""
        async for attempt in patiently("worker"):
            if attempt.retry_state.attempt_number > 1:
                self._may_take_over_at = time.monotonic() + self._leases.seconds / RENEWALS * 2
            with attempt:
                now = time.monotonic()
                lanes = await in_database(
                    store.claim,
                    self._bot_id,
                    owner=f"{self._owner}:{next(self._claims)}",
                    lanes=free,
                    updates_per_lane=UPDATES_PER_LANE,
                    lease_seconds=self._leases.seconds,
                    held=self._leases.lanes,
                    take_over=now >= self._may_take_over_at,
                    suspect=suspect,
                    urgent=urgent,
                )
        self._leases.take(lanes, asked_at=now)
        metrics.HEARTBEAT.labels("worker").set_to_current_time()
        if lanes:
            logger.debug("claimed %d lanes with %d updates", len(lanes), sum(len(lane.updates) for lane in lanes))
        if suspect and lanes:
            self._suspect, self._suspected_at = lanes[0].pk, time.monotonic()
            logger.warning("lane %s ended %d workers; it is worked on alone", lanes[0].key, lanes[0].crashes)
        return lanes

    async def _prepare(self, lanes: Sequence[ClaimedLane]) -> Mapping[int, Run]:
        async for attempt in patiently("worker"):
            with attempt:
                runs = await self._handling.prepare([update for lane in lanes for update in lane.updates])
        return runs

    def _start(self, lane: ClaimedLane, runs: Mapping[int, Run]) -> None:
        task = asyncio.create_task(self._run_lane(lane, runs), name=f"lane {lane.key}")
        self._running[task] = lane
        task.add_done_callback(partial(self._lane_ended, lane))

    def _lane_ended(self, lane: ClaimedLane, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("lane %s was not given back; it goes on after its lease", lane.key, exc_info=error)
            self._leases.give_back(lane)
        if self._backlog or not self._running:
            self._wake.set()

    async def _wait_for_work(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            pass  # look again, in case a wake-up was missed or a back-off ended

    async def _run_lane(self, lane: ClaimedLane, runs: Mapping[int, Run]) -> None:
        """Handle the lane's updates in order; each is completed while the next one runs."""
        handled, tried, wait_seconds = 0, False, 0.0
        try:
            for_handlers()
            self._leases.work(lane)
            for update in lane.updates:
                if self._stopping.is_set() or self._leases.is_ending(lane):
                    break
                outcome = await self._handle(lane, update, runs[update.pk])
                tried = True
                self._completer.put(Progress(lane, (outcome,), release=False))
                if outcome.state == State.PENDING:
                    wait_seconds = outcome.wait_seconds
                    break
                handled += 1
        except Postponed:
            wait_seconds = POSTPONE_SECONDS
        except Exception:
            logger.exception("lane %s failed; it goes on later", lane.key)
            wait_seconds = POSTPONE_SECONDS
        finally:  # also when the stop's budget is over: the rest stays pending
            left = lane.more or handled < len(lane.updates)
            self._completer.put(Progress(lane, (), more=left, wait_seconds=wait_seconds, tried=tried))

    def _released(self, lane: ClaimedLane) -> None:
        self._leases.give_back(lane)
        if self._suspect == lane.pk:
            self._suspect = None

    async def _handle(self, lane: ClaimedLane, update: Pending, run: Run) -> Outcome:
        """Handle one update; a bug around the handlers costs an attempt at this update, not the lane."""
        started_at = update.now()
        if lane.crashes >= CRASHES:
            error = f"{lane.crashes} workers in a row ended, or lost their lease, while they handled this update"
            logger.error("update %s is set aside: %s", update.update_id, error)
            return Outcome(update, State.DEAD, "", error, started_at, update.now())
        try:
            return await run()
        except Postponed:
            raise
        except BaseException as exc:
            if is_being_ended():
                raise
            logger.exception("the pipeline failed on update %s", update.update_id)
            again = update.attempts + 1 < self._attempts
            state, wait_seconds = (State.PENDING, POSTPONE_SECONDS) if again else (State.DEAD, 0.0)
            return Outcome(
                update,
                state,
                "",
                error_text(exc),
                started_at,
                update.now(),
                fingerprint(exc),
                wait_seconds=wait_seconds,
            )

    async def _drain(self, seconds: float) -> None:
        """Give running handlers their time, then cancel them; their updates stay pending."""
        tasks = set(self._running)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            logger.warning("handler of %s was stopped; its update stays pending", task.get_name())
            end(task)
        if late:  # a handler that swallows its cancellation must not hold up the stop
            await asyncio.wait(late, timeout=CANCEL_SECONDS)
