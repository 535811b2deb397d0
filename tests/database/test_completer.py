"""The worker's results on their way to the database: progress, back-off, and what the database refuses."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore import metrics
from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.completion import Outcome
from botcore.inbox.models import Lane, State, Update
from botcore.inbox.store import Pending
from botcore.inbox.worker import Run, Worker
from botcore.persistence.services import Change
from tests.database.test_inbox_store import BOT, message


class Told:
    """Handling whose outcome the test tells, update by update; it waits at `gate` before those in `late`."""

    def __init__(self, late: Sequence[int] = (), **how: Any) -> None:
        self.late = late
        self.how = how
        self.gate = asyncio.Event()
        self.special = 0  # the update_id to which `how` applies

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Need nothing in advance."""
        return {update.pk: partial(self.handle, update) for update in updates}

    async def handle(self, update: Pending) -> Outcome:
        """End as told."""
        if update.update_id in self.late:
            await self.gate.wait()
        how = {"state": State.DONE, **(self.how if update.update_id == self.special else {})}
        now = timezone.now()
        return Outcome(update=update, handler="told", error="", started_at=now, finished_at=now, **how)


class CompleterTests(TestCase):
    """A real worker with outcomes that are told."""

    async def work(self, handling: Told, until: Any) -> None:
        """Run a worker until the query finds something."""
        self.worker = Worker(bot_id=BOT, owner="one", handling=handling, concurrency=8)
        running = asyncio.create_task(self.worker.run(stop_seconds=1))
        async with asyncio.timeout(30):
            while not await until():
                await asyncio.sleep(0.005)
        handling.gate.set()
        self.worker.stop()
        await running

    async def test_what_is_done_is_written_while_the_next_one_of_its_lane_runs(self) -> None:
        await in_database(store.accept, BOT, [message(0, 1), message(1, 1)])
        first_is_done = Update.objects.filter(update_id=0, state=State.DONE).aexists
        await self.work(Told(late=[1]), first_is_done)

    async def test_a_failed_attempt_makes_its_lane_wait_and_no_other(self) -> None:
        await in_database(store.accept, BOT, [message(0, 1), message(1, 1), message(2, 2)])
        retries = metrics.RETRIES._value.get()
        waiting = Lane.objects.filter(key=1, not_before__gt=timezone.now(), owner="").aexists
        await self.work(Told(state=State.PENDING, wait_seconds=60.0), waiting)
        states = [state async for state in Update.objects.order_by("update_id").values_list("state", flat=True)]
        self.assertEqual(states, [State.PENDING, State.PENDING, State.DONE])
        self.assertEqual(metrics.RETRIES._value.get(), retries + 1)

    async def test_what_the_database_refuses_costs_one_lane(self) -> None:
        await in_database(store.accept, BOT, [message(0, 1), message(1, 1), message(2, 2), message(3, 3)])
        unspeakable = Change("user:1", {"x": object()})
        others = Update.objects.filter(update_id__in=[2, 3], state=State.DONE)

        async def both() -> bool:
            """Are the others done, and was the first one given up?"""
            return await others.acount() == 2 and not self.worker._leases.lanes

        with self.assertLogs("botcore.inbox.completer", "ERROR") as logs:
            await self.work(Told(changes=(unspeakable,)), both)
        self.assertIn("lane 1 cannot be completed", logs.output[0])
        states = [state async for state in Update.objects.order_by("update_id").values_list("state", flat=True)]
        self.assertEqual(states, [State.PENDING, State.PENDING, State.DONE, State.DONE])
        lane = await Lane.objects.aget(key=1)
        self.assertEqual((lane.owner != "", lane.ready_at is not None), (True, True), "its lease must run out first")
