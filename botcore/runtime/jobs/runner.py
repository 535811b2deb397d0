"""JobRunner: the loop of a bot process that claims jobs which are due, runs them, and notes how they ended."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.logs import error_text
from botcore.runtime.jobs import store
from botcore.runtime.jobs.registry import Plan
from botcore.runtime.jobs.run import Outcome, Run
from botcore.runtime.jobs.store import Claim
from botcore.runtime.jobs.thread import start
from botcore.runtime.models import RunState

logger = logging.getLogger(__name__)

AT_ONCE = 2  # runs of one process
LOOK_SECONDS = 1.0
LEASE_SECONDS, RENEW_SECONDS = 60.0, 15.0
SYNC_SECONDS = 600.0  # until rows are compared with the code again: an older release may have retired some
NOTICE_SECONDS = 10.0  # how long a run that is to end may take for it
STOP_SECONDS, GIVE_UP_SECONDS = 2.0, 2.0  # how long a stop waits for runs, and then for the database
STOPPED = Outcome(RunState.LOST, "the process stopped")


@dataclass(frozen=True)
class Active:
    """A run of this process."""

    begun: Claim
    plan: Plan
    run: Run


class JobRunner:
    """Runs jobs for as long as it runs itself; any number of processes may."""

    def __init__(self, process: str, plans: Sequence[Plan]) -> None:
        self._process = process
        self._plans = plans
        self._active: dict[asyncio.Task[None], Active] = {}
        self._hanging: dict[str, asyncio.Future[Outcome]] = {}  # not started again here until the thread comes back
        self._next_sync = self._next_renewal = float("-inf")
        self._is_new = True
        for plan in plans:
            metrics.JOB_DURATION.labels(plan.name)
            for state in metrics.JOB_STATES:
                metrics.JOB_RUNS.labels(plan.name, state)

    async def run(self) -> None:
        """Run jobs until cancelled; then end them in order."""
        try:
            while True:
                async for attempt in patiently("jobs"):
                    with attempt:
                        await self._turn()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._stop()

    async def _turn(self) -> None:
        """Do what is due: compare rows with the code, renew leases, begin runs."""
        if time.monotonic() >= self._next_sync:
            await in_database(store.sync, self._plans, all_known=self._is_new)
            self._next_sync, self._is_new = time.monotonic() + SYNC_SECONDS, False
        if time.monotonic() >= self._next_renewal:
            await self._renew()
        if most := AT_ONCE - len(self._active):
            busy = {active.plan.name for active in self._active.values()}
            busy |= {name for name, ended in self._hanging.items() if not ended.done()}
            free = {plan.name: plan for plan in self._plans if plan.name not in busy}
            until = time.monotonic() + LEASE_SECONDS
            for begun in await in_database(
                store.claim, free.values(), process=self._process, most=most, seconds=LEASE_SECONDS
            ):
                self._begin(begun, free[begun.job], until)
        metrics.HEARTBEAT.labels("jobs").set_to_current_time()

    async def _renew(self) -> None:
        until = time.monotonic() + LEASE_SECONDS
        held = {active.begun.owner: active.run for active in self._active.values()}
        ours = await in_database(store.renew, list(held), seconds=LEASE_SECONDS) if held else set()
        for owner, run in held.items():
            run.hold(until if owner in ours else float("-inf"))
        self._next_renewal = until - LEASE_SECONDS + RENEW_SECONDS

    def _begin(self, begun: Claim, plan: Plan, until: float) -> None:
        run = Run(plan.name, by=begun.by, due_at=begun.due_at, seconds=plan.timeout.total_seconds())
        run.hold(until)
        active = Active(begun, plan, run)
        task = asyncio.create_task(self._see_through(active))
        self._active[task] = active
        task.add_done_callback(self._active.pop)

    async def _see_through(self, active: Active) -> None:
        """Do one run and note how it ended."""
        name, began = active.plan.name, time.monotonic()
        outcome = await self._outcome(active)
        metrics.JOB_RUNS.labels(name, outcome.state.value).inc()
        metrics.JOB_DURATION.labels(name).observe(time.monotonic() - began)
        try:
            is_ours = await self._complete(active, outcome)
        except Exception as exc:  # left open, the run would be lost, and what it did be done again
            logger.exception("how a run of %s ended could not be noted", name)
            is_ours = await self._complete_as_failed(active, outcome, exc)
        if not is_ours:
            logger.warning("a run ended after another process had taken its job over: %s", name)
        logger.info("job %s: %s", name, outcome.state.label, extra={"fields": {"words": outcome.words}})

    async def _complete(self, active: Active, outcome: Outcome) -> bool:
        """Note how a run ended, as soon as the database is there; tell whether it was still ours."""
        async for attempt in patiently("jobs"):
            with attempt:
                is_ours = await in_database(store.complete, active.begun, active.plan, outcome)
        return is_ours

    async def _complete_as_failed(self, active: Active, outcome: Outcome, error: Exception) -> bool:
        """Note that its end could not be noted."""
        words = f"{outcome.state.label}, but that could not be noted: {error_text(error)}"
        return await self._complete(active, Outcome(RunState.FAILED, words))

    async def _outcome(self, active: Active) -> Outcome:
        """Let the work be done; one that hangs is left behind in its thread."""
        ended = asyncio.wrap_future(start(active.plan, active.run))
        await asyncio.wait({ended}, timeout=active.plan.timeout.total_seconds())
        if not ended.done():
            active.run.time_out()
            await asyncio.wait({ended}, timeout=NOTICE_SECONDS)
        if not ended.done():
            return self._leave_behind(active, ended)
        if error := ended.exception():  # one that ends a process, such as SystemExit, ends a run
            logger.error("job %s ended by an error that nothing catches", active.plan.name, exc_info=error)
            return Outcome(RunState.FAILED, error_text(error))
        return ended.result()

    def _leave_behind(self, active: Active, ended: "asyncio.Future[Outcome]") -> Outcome:
        name, seconds = active.plan.name, active.plan.timeout.total_seconds() + NOTICE_SECONDS

        self._hanging[name] = ended
        ended.add_done_callback(lambda _: logger.warning("the thread of a job that hung has ended: %s", name))
        logger.error("job %s hangs and is left behind", name, extra={"fields": {"job": name, "seconds": seconds}})
        return Outcome(RunState.TIMED_OUT, f"it hangs: no end after {seconds:g} s; its thread was left behind")

    async def _stop(self) -> None:
        """Ask all runs to end, wait a little, and note those that do not."""
        for active in self._active.values():
            active.run.end(STOPPED)
        if tasks := dict(self._active):
            await asyncio.wait(tasks, timeout=STOP_SECONDS)
            left = [active for task, active in tasks.items() if not task.done()]
            for task in tasks:
                task.cancel()
            with contextlib.suppress(DatabaseError, InterfaceError, TimeoutError):
                async with asyncio.timeout(GIVE_UP_SECONDS):
                    for active in left:
                        await in_database(store.complete, active.begun, active.plan, STOPPED)
