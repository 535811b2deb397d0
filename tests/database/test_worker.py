"""The worker: one chat in order, chats in parallel within a bound, completion in batches, an orderly stop."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from unittest.mock import Mock, patch

from django.db import OperationalError
from django.test import SimpleTestCase, TestCase
from django.utils import timezone

from botcore import metrics
from botcore.database import in_database
from botcore.exceptions import Postponed
from botcore.inbox import store
from botcore.inbox.completion import Outcome
from botcore.inbox.models import Lane, State, Update
from botcore.inbox.store import ClaimedLane, Pending
from botcore.inbox.worker import Run, Worker
from botcore.lanes.leases import Leases
from tests.database.test_inbox_store import BOT, message

PATIENCE = 30  # seconds: a bound for a machine under load


class Recorder:
    """Handling that notes what runs, and waits at a gate."""

    def __init__(self) -> None:
        self.handled: list[tuple[int | None, int]] = []
        self.running: set[int | None] = set()
        self.stopped: list[int] = []
        self.most_running = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = self.away = False
        self.postponed = 0

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Need nothing in advance."""
        return {update.pk: partial(self.handle, update) for update in updates}

    async def handle(self, update: Pending) -> Outcome:
        """Note the update; a second one of the same chat at the same time is an error."""
        if self.broken:
            raise KeyError("a bug around the handlers")
        if self.away:
            self.postponed += 1
            raise Postponed
        assert update.chat_id not in self.running
        self.running.add(update.chat_id)
        self.most_running = max(self.most_running, len(self.running))
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.running.discard(update.chat_id)
            self.stopped.append(update.update_id)
            raise
        await asyncio.sleep(0)
        self.running.discard(update.chat_id)
        self.handled.append((update.chat_id, update.update_id))
        now = timezone.now()
        return Outcome(update, State.DONE, "recorder", "", now, now)


class WorkerTests(TestCase):
    """A worker with a handling that records."""

    async def work(
        self,
        until: Callable[[], bool],
        *,
        concurrency: int = 64,
        stop_seconds: float = 5,
        lease_seconds: float = 20,
        holds: Callable[[], bool] = lambda: False,
    ) -> None:
        """Run a worker until the condition holds, then stop it."""
        self.worker = Worker(
            bot_id=BOT,
            owner="one",
            handling=self.recorder,
            concurrency=concurrency,
            lease_seconds=lease_seconds,
            holds=holds,
        )
        running = asyncio.create_task(self.worker.run(stop_seconds=stop_seconds))
        async with asyncio.timeout(PATIENCE):
            while not until():
                await asyncio.sleep(0.001)
        self.worker.stop()
        await running

    def wake(self) -> None:
        """Wake the worker, which is made later than this is called."""
        self.worker.wake()

    async def accept(self, count: int, *, chats: int) -> None:
        """Let updates arrive, round robin over the chats."""
        envelopes = [message(number, number % chats + 1) for number in range(count)]
        await in_database(store.accept, BOT, envelopes)

    async def states(self) -> dict[str, int]:
        """Count the updates by state."""
        counted: dict[str, int] = {}
        async for update in Update.objects.all():
            counted[update.state] = counted.get(update.state, 0) + 1
        return counted

    async def test_each_chats_updates_run_in_order(self) -> None:
        self.recorder = Recorder()
        await self.accept(200, chats=7)
        await self.work(lambda: len(self.recorder.handled) == 200)
        for chat in range(1, 8):
            mine = [update_id for key, update_id in self.recorder.handled if key == chat]
            self.assertEqual(mine, sorted(mine))
        self.assertEqual(await self.states(), {State.DONE: 200})
        self.assertEqual(await Lane.objects.filter(ready_at__isnull=False).acount(), 0)

    async def test_different_chats_run_at_the_same_time_within_the_bound(self) -> None:
        self.recorder = Recorder()
        self.recorder.gate.clear()
        await self.accept(20, chats=20)
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, self.wake)  # with every place taken, a wake-up must change nothing
        loop.call_later(0.2, self.recorder.gate.set)
        await self.work(lambda: len(self.recorder.handled) == 20, concurrency=8)
        self.assertEqual(self.recorder.most_running, 8)

    async def test_a_stop_leaves_what_was_not_begun_pending_and_its_lanes_free(self) -> None:
        self.recorder = Recorder()
        self.recorder.gate.clear()
        await self.accept(10, chats=2)
        asyncio.get_running_loop().call_later(0.2, self.recorder.gate.set)
        await self.work(lambda: len(self.recorder.running) == 2)
        self.assertEqual(await self.states(), {State.DONE: 2, State.PENDING: 8})
        self.assertEqual(await Lane.objects.filter(owner="", ready_at__isnull=False).acount(), 2)

    async def test_a_handler_that_outlasts_the_stops_budget_is_handled_again_later(self) -> None:
        self.recorder = Recorder()
        self.recorder.gate.clear()
        await self.accept(1, chats=1)
        with self.assertLogs("botcore.inbox.worker", "WARNING") as logs:
            await self.work(lambda: len(self.recorder.running) == 1, stop_seconds=0.01)
        self.assertIn("its update stays pending", logs.output[0])
        self.assertEqual(await self.states(), {State.PENDING: 1})
        again = await in_database(store.claim, BOT, owner="two", lanes=1, updates_per_lane=1, lease_seconds=60)
        self.assertEqual(len(again), 1)

    async def test_a_bug_around_the_handlers_is_a_dead_letter_and_no_hot_loop(self) -> None:
        self.recorder = Recorder()
        self.recorder.broken = True
        await self.accept(1, chats=1)
        dead = metrics_of_dead()
        with self.assertLogs("botcore.inbox.worker", "ERROR"):
            await self.work(lambda: not self.worker._leases.lanes and metrics_of_dead() > dead)
        self.assertEqual(await self.states(), {State.DEAD: 1})
        self.assertEqual((await Update.objects.aget()).error, "KeyError: 'a bug around the handlers'")

    async def test_a_postponed_update_waits_with_its_lane_and_keeps_its_place(self) -> None:
        self.recorder = Recorder()
        self.recorder.away = True
        await self.accept(2, chats=1)
        await self.work(lambda: self.recorder.postponed > 0 and not self.worker._leases.lanes)
        self.assertEqual(await self.states(), {State.PENDING: 2})
        lane = await Lane.objects.aget()
        self.assertEqual((lane.owner, lane.not_before is not None, lane.ready_at is not None), ("", True, True))

    async def test_a_worker_that_holds_leaves_the_work_to_others_until_it_may_go_on(self) -> None:
        self.recorder = Recorder()
        await self.accept(3, chats=1)
        looks = 0

        def holds() -> bool:
            """Hold for the first three looks."""
            nonlocal looks
            looks += 1
            self.worker.wake()
            if looks <= 3:
                self.assertEqual(self.recorder.handled, [])
            return looks <= 3

        await self.work(lambda: len(self.recorder.handled) == 3, holds=holds)
        self.assertGreater(looks, 3)
        self.assertEqual(await self.states(), {State.DONE: 3})

    async def test_work_of_a_lost_lease_is_not_written(self) -> None:
        self.recorder = Recorder()
        self.recorder.gate.clear()
        await self.accept(1, chats=1)
        lost = metrics.LEASES_LOST._value.get()

        async def steal() -> None:
            """Take the lane while its handler runs."""
            while not self.recorder.running:
                await asyncio.sleep(0.001)
            await Lane.objects.aupdate(owner="two")
            self.recorder.gate.set()

        theft = asyncio.create_task(steal())
        with self.assertLogs("botcore.inbox.completer", "WARNING"):
            await self.work(lambda: metrics.LEASES_LOST._value.get() > lost)
        await theft
        self.assertEqual(await self.states(), {State.PENDING: 1})

    async def test_a_handler_does_not_outlive_a_lease_that_cannot_be_renewed(self) -> None:
        await self.stopped_with_its_lease(Mock(side_effect=OperationalError("no answer")))

    async def test_a_handler_does_not_go_on_in_a_lane_that_another_worker_has(self) -> None:
        await self.stopped_with_its_lease(Mock(return_value=set()))

    async def stopped_with_its_lease(self, renew: Mock) -> None:
        """Run a handler that never ends, in a lease that renews like this; only its own end can stop it."""
        self.recorder = Recorder()
        self.recorder.gate.clear()
        await self.accept(1, chats=1)
        with patch.object(store, "renew", renew), self.assertLogs("botcore.lanes.leases", "WARNING") as logs:
            await self.work(lambda: self.recorder.stopped == [0], lease_seconds=1, stop_seconds=PATIENCE)
        self.assertIn("stopped with its lease", logs.output[0])
        self.assertEqual(await self.states(), {State.PENDING: 1})


class LeasesTests(SimpleTestCase):
    """When a lease ends for its holder."""

    lane = ClaimedLane(1, "one", 1, 1, (), more=False)

    def test_it_ends_for_its_holder_before_it_ends_for_others(self) -> None:
        leases = Leases(20, renew=store.renew, loop="worker", late="%s")
        leases.take([self.lane], asked_at=100)
        seen = []
        for now in (100, 117.9, 118.1, 121):
            with patch("botcore.lanes.leases.time.monotonic", return_value=now):
                seen.append(leases.is_ending(self.lane))
        self.assertEqual(seen, [False, False, True, True])

    async def test_while_the_loop_is_blocked_another_thread_renews(self) -> None:
        renew = Mock(return_value={self.lane.pk})
        leases = Leases(2000, renew=renew, loop="worker", late="%s")
        leases.take([self.lane], asked_at=time.monotonic())
        leases.work(self.lane)
        leases.renew_beside()
        self.assertIsNone(leases._beside, "more than half of the lease is left")
        leases.take([self.lane], asked_at=time.monotonic() - 1900)
        leases.work(self.lane)
        self.assertTrue(leases.is_ending(self.lane))
        leases.renew_beside()
        assert leases._beside
        leases._beside.join(PATIENCE)
        renew.assert_called_once_with([self.lane], lease_seconds=2000)
        self.assertFalse(leases.is_ending(self.lane))

    async def test_a_lane_whose_work_never_began_is_not_renewed_and_forgotten_after_its_lease(self) -> None:
        renew = Mock(return_value=set())
        leases = Leases(0.04, renew=renew, loop="worker", late="%s")
        leases.take([self.lane], asked_at=time.monotonic())
        renewing = asyncio.create_task(leases.renew())
        with self.assertLogs("botcore.lanes.leases", "WARNING") as logs:
            async with asyncio.timeout(PATIENCE):
                while leases.lanes:
                    await asyncio.sleep(0.001)
        renewing.cancel()
        renew.assert_not_called()
        self.assertIn("ended before its work began", logs.output[0])
        with self.assertRaises(Postponed):  # what was prepared meanwhile goes on later, as nobody's fault
            leases.work(self.lane)


def metrics_of_dead() -> float:
    """Return how many messages ended as dead letters."""
    return float(metrics.UPDATES_PROCESSED.labels("message", "dead")._value.get())
