"""A duty is one process' at a time: elected by a lease, handed over at a stop, taken over after a death."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from botcore.database import in_database
from botcore.exceptions import ConfigurationError
from botcore.models import Lease
from botcore.runtime.duty import LEASE_SECONDS, Duty
from botcore.runtime.services import give_up_duties, take_duty
from tests.database.statements import statements

PATIENCE = 30  # seconds: a bound for a machine under load
NAME = "poller:1"
HOUR = timedelta(hours=1)


class TakeDutyTests(TestCase):
    """The lease's row."""

    def take(self, owner: str, seconds: float = LEASE_SECONDS) -> bool:
        """Try to take the duty."""
        return take_duty(NAME, owner, seconds=seconds)

    def set_until(self, from_now: timedelta) -> None:
        """Let the lease end at this time."""
        Lease.objects.filter(name=NAME).update(until=timezone.now() + from_now)

    def owner(self) -> str:
        """Who has it?"""
        return Lease.objects.get(name=NAME).owner

    def test_the_first_who_asks_has_it_and_keeps_it(self) -> None:
        self.assertEqual([self.take("a"), self.take("b"), self.take("a")], [True, False, True])
        self.assertEqual(self.owner(), "a")

    def test_a_lease_is_as_long_as_asked_and_renewing_prolongs_it(self) -> None:
        self.take("a")
        self.set_until(timedelta(seconds=1))
        self.take("a")
        left = Lease.objects.get(name=NAME).until - timezone.now()
        self.assertTrue(timedelta(seconds=4) < left <= timedelta(seconds=LEASE_SECONDS + 1), left)

    def test_one_that_ran_out_is_anybodys(self) -> None:
        self.take("a")
        self.set_until(-timedelta(seconds=1))
        self.assertTrue(self.take("b"))
        self.assertFalse(self.take("a"))

    def test_a_clock_that_was_set_back_by_an_hour_does_not_keep_it_for_a_dead_process(self) -> None:
        self.take("a")
        self.set_until(HOUR)
        self.assertTrue(self.take("b"))
        self.assertEqual(self.owner(), "b")

    def test_a_clock_that_was_set_back_leaves_it_to_an_owner_who_lives(self) -> None:
        self.take("a")
        self.set_until(HOUR)
        self.assertTrue(self.take("a"))
        self.assertFalse(self.take("b"))

    def test_only_the_owner_gives_it_up(self) -> None:
        self.take("a")
        give_up_duties("b", NAME)
        self.assertFalse(self.take("b"))
        give_up_duties("a", NAME)
        self.assertTrue(self.take("b"))

    def test_a_process_can_give_up_all_it_has(self) -> None:
        take_duty("webhook:1", "a", seconds=5)
        self.take("a")
        give_up_duties("a")
        self.assertEqual([self.take("b"), take_duty("webhook:1", "b", seconds=5)], [True, True])


class DutyCase(TransactionTestCase):
    """Several Duty objects that work when they have it."""

    def setUp(self) -> None:
        """Nobody works."""
        self.working: set[str] = set()
        self.most = 0
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.duties: dict[str, Duty] = {}

    async def work(self, owner: str) -> None:
        """Work until cancelled."""
        self.working.add(owner)
        self.most = max(self.most, len(self.working))
        try:
            await asyncio.Event().wait()
        finally:
            self.working.discard(owner)

    def start(self, owner: str, *, lease_seconds: float = LEASE_SECONDS, **work: Callable[[], Any]) -> Duty:
        """Run a duty."""
        duty = self.duties[owner] = Duty(NAME, owner, lease_seconds=lease_seconds)
        self.tasks[owner] = asyncio.create_task(duty.run(work.get("work", lambda: self.work(owner))))
        return duty

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the duties run until something has come about."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    async def stop(self, *owners: str) -> None:
        """Cancel and wait."""
        tasks = {self.tasks.pop(owner) for owner in owners or tuple(self.tasks)}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    async def owner(self) -> str:
        """Who has the lease?"""
        return (await Lease.objects.aget(name=NAME)).owner


class DutyTests(DutyCase):
    """Election, hand-over, loss, end."""

    async def test_one_of_many_works_and_hands_over_when_it_stops(self) -> None:
        for owner in "abc":
            self.start(owner)
        stopped = []
        for _ in range(3):
            await self.until(lambda: len(self.working) == 1)
            (owner,) = self.working
            self.assertEqual([name for name, duty in self.duties.items() if duty.held], [owner])
            await self.stop(owner)
            stopped.append(owner)
            self.assertFalse(self.duties[owner].held)
            self.assertEqual(await self.owner(), "")
            for duty in self.duties.values():
                duty.look()  # what NOTIFY does
        self.assertEqual((sorted(stopped), self.most, self.working), (["a", "b", "c"], 1, set()))

    async def test_a_dead_owners_lease_is_taken_when_it_ran_out(self) -> None:
        await in_database(take_duty, NAME, "dead", seconds=LEASE_SECONDS)
        async with statements() as seen:
            self.start("a")
            await self.until(lambda: "botcore_lease" in "".join(seen[1:]))  # it asked in vain
        self.assertEqual(self.working, set())
        await Lease.objects.filter(name=NAME).aupdate(until=timezone.now() - timedelta(seconds=1))
        await self.until(lambda: self.working == {"a"})
        await self.stop()

    async def test_who_loses_it_stops_working_and_takes_it_again_when_it_is_free(self) -> None:
        duty = self.start("a", lease_seconds=0.7)
        await self.until(lambda: duty.held)
        with self.assertLogs("botcore.runtime.duty", "WARNING") as logs:
            await Lease.objects.aupdate(owner="b", until=timezone.now() + timedelta(seconds=1.5))
            await self.until(lambda: not self.working)
        self.assertIn(f"lost: {NAME}", logs.output[0])
        self.assertFalse(duty.held)
        await self.until(lambda: self.working == {"a"})
        await self.stop()

    async def test_a_stop_in_the_moment_of_taking_leaves_nothing_behind(self) -> None:
        for turns in range(8):
            with self.subTest(turns):
                self.start("a")
                for _ in range(turns):
                    await asyncio.sleep(0)
                await self.stop()
                self.assertTrue(await in_database(take_duty, NAME, "b", seconds=5))
                await in_database(give_up_duties, "b")

    async def test_work_that_ends_ends_the_duty(self) -> None:
        async def done() -> None:
            pass

        self.start("a", work=done)
        async with asyncio.timeout(PATIENCE):
            await self.tasks["a"]
        self.assertEqual(await self.owner(), "")

    async def test_an_error_of_the_work_is_the_dutys_which_is_free_then(self) -> None:
        async def fail() -> None:
            raise ConfigurationError("the sentence")

        self.start("a", work=fail)
        async with asyncio.timeout(PATIENCE):
            with self.assertRaisesRegex(ConfigurationError, "the sentence"):
                await self.tasks["a"]
        self.assertEqual(await self.owner(), "")


class OutageTests(DutyCase):
    """The database goes away."""

    async def test_while_the_database_is_away_the_work_ends_with_the_lease(self) -> None:
        duty = self.start("a", lease_seconds=1.4)
        await self.until(lambda: duty.held)
        with self.assertLogs("botcore.runtime.duty", "WARNING"):
            async with statements(fail=True) as asked:
                await self.until(lambda: not duty.held and not self.working)
        self.assertGreaterEqual(len(asked), 2)  # a lease outlives a call that fails
        await self.until(lambda: self.working == {"a"})
        await self.stop()

    async def test_a_stop_while_the_database_is_away_ends_all_the_same(self) -> None:
        duty = self.start("a")
        await self.until(lambda: duty.held)
        async with statements(fail=True):
            await self.stop()
        self.assertFalse(duty.held)
