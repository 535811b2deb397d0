"""What our own bugs around updates cost: an attempt or a pause, never a loop, a lane or an answer."""

import asyncio
from collections.abc import Sequence
from unittest.mock import patch

from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.completion import Outcome
from botcore.inbox.models import Lane, State, Update
from botcore.inbox.store import Pending
from botcore.inbox.worker import Run, Worker
from botcore.intake.group_commit import GroupCommit
from botcore.people import services as people
from tests.database.test_inbox_store import BOT, message
from tests.telegram import BotTestCase

PATIENCE = 30  # seconds: a bound for a machine under load


class Clumsy:
    """Handling with bugs of its own: so many of the preparing, then so many of the handling."""

    def __init__(self, *, preparing: int = 0, handling: int = 0) -> None:
        self.preparing = preparing
        self.handling = handling

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Fail the first times."""
        if self.preparing:
            self.preparing -= 1
            raise KeyError("a bug of the preparing")
        return {update.pk: lambda update=update: self.handle(update) for update in updates}  # type: ignore[misc]

    async def handle(self, update: Pending) -> Outcome:
        """Fail the first times."""
        if self.handling:
            self.handling -= 1
            raise KeyError("a bug of the handling")
        now = timezone.now()
        return Outcome(update, State.DONE, "clumsy", "", now, now)


class WorkerTests(TestCase):
    """A worker whose handling has bugs."""

    async def work(self, handling: Clumsy, state: State, *, attempts: int = 1) -> None:
        """Run a worker until the only update has this state."""
        await in_database(store.accept, BOT, [message(0, 1)])
        worker = Worker(bot_id=BOT, owner="one", handling=handling, concurrency=8, attempts=attempts)
        running = asyncio.create_task(worker.run(stop_seconds=5))
        async with asyncio.timeout(PATIENCE):
            while not await Update.objects.filter(state=state).aexists():
                await Lane.objects.aupdate(not_before=None)  # no need to wait for the back-off
                await asyncio.sleep(0.01)
        worker.stop()
        await running

    async def test_lanes_that_a_bug_keeps_from_beginning_are_given_back(self) -> None:
        with self.assertLogs("botcore.loops", "ERROR") as logs:
            await self.work(Clumsy(preparing=1), State.DONE)
        self.assertIn("a bug of the preparing", logs.output[0])

    async def test_an_update_that_fails_around_its_handler_is_tried_again(self) -> None:
        with self.assertLogs("botcore.inbox.worker", "ERROR"):
            await self.work(Clumsy(handling=1), State.DONE, attempts=2)
        self.assertEqual((await Update.objects.aget()).attempts, 2)

    async def test_after_the_last_attempt_it_is_a_dead_letter(self) -> None:
        with self.assertLogs("botcore.inbox.worker", "ERROR"):
            await self.work(Clumsy(handling=2), State.DEAD, attempts=2)


class AnswerTests(BotTestCase):
    """Services that fail before the handler is asked."""

    async def test_what_is_remembered_cannot_be_loaded_once_and_the_person_is_answered_all_the_same(self) -> None:
        with (
            patch("botcore.persistence.services.load", side_effect=[KeyError("a bug"), {}, {}]),
            self.assertLogs("botcore.pipeline.pipeline", "ERROR") as logs,
        ):
            await self.alice.says("/about")
        self.assertIn("a claim could not be prepared", logs.output[0])
        self.assertIn("Runs on Botdeck", self.alice.sees)
        self.assertEqual((await self.newest_update()).attempts, 2)

    async def test_people_who_cannot_be_met_together_but_alone_leave_one_record(self) -> None:
        real, calls = people.meet, 0

        def meet(*args: object) -> object:
            """Fail the first time."""
            nonlocal calls
            calls += 1
            if calls == 1:
                raise KeyError("a bug")
            return real(*args)  # type: ignore[arg-type]

        with (
            patch("botcore.people.services.meet", meet),
            self.assertLogs("botcore.pipeline.pipeline", "ERROR") as logs,
        ):
            await self.alice.says("/about")
        self.assertEqual(len(logs.output), 1)
        self.assertIn("Runs on Botdeck", self.alice.sees)


class OtherTests(TransactionTestCase):
    """Smaller ones, outside of any transaction."""

    async def test_who_waits_for_a_commit_is_told_when_its_loop_fails(self) -> None:
        commits = GroupCommit(BOT)
        with patch("botcore.intake.group_commit.BATCH", "no number"):
            running = asyncio.create_task(commits.run())
            waiting = [asyncio.create_task(commits.accept(message(number, 1))) for number in range(2)]
            await asyncio.wait({running}, timeout=PATIENCE)
            self.assertIsInstance(running.exception(), TypeError)
            done, _ = await asyncio.wait(waiting[:1], timeout=PATIENCE)
        self.assertTrue(done)
        for task in waiting:
            task.cancel()
