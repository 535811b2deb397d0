"""What crashes, clocks and poison do to lanes: dead workers are counted, suspects stand alone, clocks are doubted."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from django.test import TestCase
from django.utils import timezone

from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.completion import Outcome, Progress, complete
from botcore.inbox.models import FailedAttempt, Lane, State, Update
from botcore.inbox.store import SUSPECT, Pending
from botcore.inbox.worker import CRASHES, Run, Worker
from botcore.lanes.table import LONGEST_WAIT
from botcore.monitoring.models import UpdateCount
from tests.database.test_inbox_store import BOT, claim, finish, message

HOUR = timedelta(hours=1)


class CrashCountTests(TestCase):
    """Lanes whose worker ended."""

    def setUp(self) -> None:
        """Let three updates wait in lane 1."""
        store.accept(BOT, [message(number, 1) for number in (5, 6, 7)])

    def test_a_dead_processs_lanes_are_freed_and_counted(self) -> None:
        store.accept(BOT, [message(8, 2)])
        claim("host:1-aa:x", lanes=1)
        claim("host:1-ab:x", lanes=1)
        self.assertEqual(store.abandon(BOT, "host:1-aa:"), 1)
        self.assertEqual(sorted(Lane.objects.values_list("crashes", flat=True)), [0, 1])
        self.assertEqual(len(claim("two")), 1)

    def test_after_a_crash_only_the_oldest_update_is_handed_out(self) -> None:
        claim("one", lease_seconds=-1)
        (lane,) = claim("two")
        self.assertEqual((lane.crashes, [update.update_id for update in lane.updates], lane.more), (1, [5], True))

    def test_an_attempt_that_ends_clears_the_suspicion(self) -> None:
        claim("one", lease_seconds=-1)
        (lane,) = claim("two")
        complete(BOT, [finish(lane)])
        (lane,) = claim("three")
        self.assertEqual((lane.crashes, [update.update_id for update in lane.updates]), (0, [6, 7]))

    def test_a_clean_stop_does_not_clear_it(self) -> None:
        claim("one", lease_seconds=-1)
        (lane,) = claim("two")
        complete(BOT, [Progress(lane, (), more=True, tried=False)])
        (lane,) = claim("three")
        self.assertEqual(lane.crashes, 1)

    def test_a_lane_that_keeps_ending_workers_is_claimed_apart(self) -> None:
        store.accept(BOT, [message(8, 2)])
        Lane.objects.filter(key=1).update(crashes=SUSPECT)
        self.assertEqual([lane.key for lane in claim("one")], [2])
        self.assertEqual([lane.key for lane in claim("two", suspect=True)], [1])


class ClockTests(TestCase):
    """The database's clock is set by an hour."""

    def setUp(self) -> None:
        """Let an update wait."""
        store.accept(BOT, [message(5, 1)])

    def test_a_lease_from_before_the_clock_went_back_is_not_waited_for(self) -> None:
        claim("one")
        Lane.objects.update(lease_until=timezone.now() + HOUR)
        self.assertEqual(len(claim("two")), 1)

    def test_a_back_off_from_before_the_clock_went_back_is_not_waited_for(self) -> None:
        Lane.objects.update(not_before=timezone.now() + HOUR)
        self.assertEqual(len(claim("two")), 1)

    def test_no_back_off_is_longer_than_what_is_told_from_a_jump(self) -> None:
        (lane,) = claim("one")
        complete(BOT, [Progress(lane, (), more=True, wait_seconds=86_400)])
        not_before = Lane.objects.get().not_before
        assert not_before is not None
        self.assertLess(not_before, timezone.now() + timedelta(seconds=LONGEST_WAIT + 60))
        self.assertEqual(claim("two"), [])

    def test_a_holder_whose_lease_a_jump_ended_may_still_complete(self) -> None:
        (lane,) = claim("one")
        Lane.objects.update(lease_until=timezone.now() - HOUR)
        self.assertEqual(complete(BOT, [finish(lane)]), [])
        self.assertEqual(Update.objects.get().state, State.DONE)

    def test_what_may_not_be_taken_over_yet_is_left_to_its_holder(self) -> None:
        claim("one", lease_seconds=-1)
        self.assertEqual(claim("two", take_over=False), [])
        self.assertEqual(len(claim("two")), 1)

    def test_a_suspect_is_seen_whatever_the_clock_did_to_its_times(self) -> None:
        Lane.objects.update(crashes=SUSPECT)
        for name in ("lease_until", "not_before"):
            with self.subTest(name):
                Lane.objects.update(lease_until=None, not_before=None)
                Lane.objects.update(**{name: timezone.now() + timedelta(seconds=100)})
                self.assertFalse(store.has_suspects(BOT))
                Lane.objects.update(**{name: timezone.now() + HOUR})
                self.assertTrue(store.has_suspects(BOT))


class FailureTests(TestCase):
    """Attempts that failed."""

    def setUp(self) -> None:
        """Let two updates wait in lane 1."""
        store.accept(BOT, [message(5, 1), message(6, 1)])

    def test_an_attempt_to_be_repeated_keeps_its_place_and_its_error(self) -> None:
        (lane,) = claim()
        now = timezone.now()
        failed = Outcome(lane.updates[0], State.PENDING, "shop.pay", "KeyError: 'x'", now, now, "abc", 60)
        complete(BOT, [Progress(lane, (failed,), more=True, wait_seconds=60)])
        update = Update.objects.get(update_id=5)
        self.assertEqual(
            (update.state, update.attempts, update.error, update.error_group, update.finished_at),
            (State.PENDING, 1, "KeyError: 'x'", "abc", None),
        )
        self.assertEqual(list(FailedAttempt.objects.values_list("number", "handler")), [(1, "shop.pay")])
        self.assertEqual(claim(), [])
        Lane.objects.update(not_before=None)
        self.assertEqual([(u.update_id, u.attempts) for u in claim()[0].updates], [(5, 1), (6, 0)])

    def test_an_outcome_that_is_written_again_after_a_lost_answer_counts_once(self) -> None:
        (lane,) = claim()
        now = timezone.now()
        done = Outcome(lane.updates[0], State.DONE, "shop.pay", "", now, now)
        failed = Outcome(lane.updates[1], State.PENDING, "shop.pay", "no", now, now)
        for _ in range(2):
            complete(BOT, [Progress(lane, (done, failed), release=False)])
        self.assertEqual(list(Update.objects.order_by("id").values_list("attempts", flat=True)), [1, 1])
        self.assertEqual(FailedAttempt.objects.count(), 1)
        self.assertEqual(UpdateCount.objects.get(state=State.DONE).count, 1)


class Poison:
    """Handling that ends its worker at one update, as a crash of the process would."""

    def __init__(self, poison: int) -> None:
        self.poison = poison
        self.handled: list[int] = []
        self.crashed = asyncio.Event()

    async def prepare(self, updates: Sequence[Pending]) -> dict[int, Run]:
        """Need nothing in advance."""
        return {update.pk: partial(self.handle, update) for update in updates}

    async def handle(self, update: Pending) -> Outcome:
        """Handle, or hang for ever: the test ends the worker then."""
        if update.update_id == self.poison:
            self.crashed.set()
            await asyncio.Event().wait()
        self.handled.append(update.update_id)
        now = timezone.now()
        return Outcome(update, State.DONE, "poison", "", now, now)


class Alone(Poison):
    """Handling that notes how many others ran at the same time as each update."""

    def __init__(self) -> None:
        super().__init__(poison=-1)
        self.running: set[int] = set()
        self.beside: dict[int, int] = {}

    async def handle(self, update: Pending) -> Outcome:
        """Look around at the beginning and at the end."""
        self.running.add(update.update_id)
        for _ in range(20):
            self.beside[update.update_id] = max(self.beside.get(update.update_id, 0), len(self.running) - 1)
            await asyncio.sleep(0.001)
        self.running.discard(update.update_id)
        return await super().handle(update)


class PoisonTests(TestCase):
    """An update that ends every process that touches it."""

    async def crash(self, handling: Poison, number: int) -> None:
        """Run a worker until it meets the poison, and end it without a chance to tidy up."""
        handling.crashed.clear()
        worker = Worker(bot_id=BOT, owner=f"w{number}", handling=handling, concurrency=64)
        running = asyncio.create_task(worker.run(stop_seconds=1))
        async with asyncio.timeout(30):
            await handling.crashed.wait()
            while await Update.objects.filter(state=State.PENDING).exclude(lane_key=1).aexists():
                await asyncio.sleep(0.005)
        running.cancel()
        await asyncio.wait({running})
        held = [task for task in asyncio.all_tasks() if task.get_name().startswith("lane ")]
        for task in held:
            task.cancel()
        if held:
            await asyncio.wait(held)
        await in_database(store.abandon, BOT, f"w{number}:")

    async def test_a_suspect_is_worked_on_alone(self) -> None:
        await in_database(store.accept, BOT, [message(number, number) for number in range(1, 9)])
        await Lane.objects.filter(key__in=[3, 4]).aupdate(crashes=SUSPECT)
        handling = Alone()
        worker = Worker(bot_id=BOT, owner="one", handling=handling, concurrency=64)
        running = asyncio.create_task(worker.run(stop_seconds=1))
        async with asyncio.timeout(30):
            while await Update.objects.filter(state=State.PENDING).aexists():
                await asyncio.sleep(0.005)
        worker.stop()
        await running
        self.assertEqual({key: beside for key, beside in handling.beside.items() if key in {3, 4}}, {3: 0, 4: 0})
        self.assertGreater(max(handling.beside.values()), 0, "the others ran together")

    async def test_a_suspect_that_is_only_slow_does_not_stop_the_others_for_ever(self) -> None:
        await in_database(store.accept, BOT, [message(number, number) for number in range(1, 9)])
        await Lane.objects.filter(key=3).aupdate(crashes=SUSPECT)
        handling = Poison(poison=3)  # hangs until the worker ends
        worker = Worker(bot_id=BOT, owner="one", handling=handling, concurrency=64)
        with patch("botcore.inbox.worker.ALONE_SECONDS", 0.1):
            running = asyncio.create_task(worker.run(stop_seconds=0))
            async with asyncio.timeout(30):
                while await Update.objects.filter(state=State.DONE).acount() < 7:
                    await asyncio.sleep(0.005)
            worker.stop()
            await running
        self.assertTrue(handling.crashed.is_set())
        self.assertEqual((await Update.objects.aget(state=State.PENDING)).lane_key, 3)

    async def test_it_becomes_a_dead_letter_and_costs_nobody_else(self) -> None:
        envelopes = [message(number, number % 4 + 1) for number in range(20)]
        await in_database(store.accept, BOT, envelopes)
        handling = Poison(poison=8)  # in lane 1, behind 0 and 4
        for number in range(CRASHES):
            await self.crash(handling, number)
        worker = Worker(bot_id=BOT, owner="last", handling=handling, concurrency=64)
        running = asyncio.create_task(worker.run(stop_seconds=1))
        async with asyncio.timeout(30):
            with self.assertLogs("botcore.inbox.worker", "ERROR"):
                while await Update.objects.filter(state=State.PENDING).aexists():
                    await asyncio.sleep(0.005)
        worker.stop()
        await running
        dead = await Update.objects.aget(state=State.DEAD)
        self.assertEqual((dead.update_id, "5 workers in a row ended" in dead.error), (8, True))
        self.assertEqual(await Update.objects.filter(state=State.DONE).acount(), 19)
        lane = [number for number in dict.fromkeys(handling.handled) if number % 4 == 0]
        self.assertEqual(lane, [0, 4, 12, 16])
