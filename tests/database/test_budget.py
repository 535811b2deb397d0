"""The overall budget of all processes: slots are handed out once, floods are remembered, outages are borne."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from unittest import skipUnless

from django.db import connection, connections
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from botcore.connection.budget import SharedPace
from botcore.connection.flood_memory import FloodMemory
from botcore.connection.limiter import Limiter
from botcore.database import database_threads
from botcore.models import CallBudget, Heartbeat
from botcore.outbox.models import Priority
from botcore.runtime.floods import note_flood, remembered
from botcore.runtime.store import Stretch, take_slots
from tests.environment import SERVER

BOT = 1
PATIENCE = 30  # seconds: a bound for a machine under load
ON_POSTGRESQL = skipUnless(SERVER, "on SQLite there is one process, which paces itself")


def age(**fields: timedelta) -> None:
    """Move the row's times into the past."""
    row = CallBudget.objects.get()
    for name, by in fields.items():
        setattr(row, name, getattr(row, name) - by)
    row.save()


def beat(*names: str, seconds_ago: float = 0, **fields: object) -> None:
    """Let processes of the bot have beaten."""
    at = timezone.now() - timedelta(seconds=seconds_ago)
    facts = {"role": "bot", "bot_id": BOT, "state": "running", "started_at": at, "beat_at": at, **fields}
    Heartbeat.objects.bulk_create([Heartbeat(process=name, **facts) for name in names])


@ON_POSTGRESQL
class SlotTests(TransactionTestCase):
    """The row from which slots come."""

    def take(self, slots: int = 3, *, process: str = "a", rate: float = 30) -> Stretch:
        """Take slots."""
        return take_slots(BOT, "overall", slots=slots, rate=rate, process=process)

    def test_stretches_follow_each_other_and_never_overlap(self) -> None:
        first, second = self.take(30), self.take(30, process="b")
        self.assertAlmostEqual(first.step, 1 / 30)
        self.assertEqual(first.starts_in, 0)
        self.assertAlmostEqual(second.clock + second.starts_in, first.clock + 1, places=3)

    def test_what_nobody_took_is_over(self) -> None:
        self.take()
        age(next_at=timedelta(seconds=60))
        self.assertEqual(self.take().starts_in, 0)

    def test_it_says_who_took_the_stretch_before(self) -> None:
        self.assertEqual([self.take(process=name).taken_by for name in ("a", "a", "b", "a")], ["", "a", "a", "b"])

    def test_it_says_how_many_processes_live(self) -> None:
        beat("a", "b")
        beat("silent", seconds_ago=16)
        beat("stopped", state="stopped")
        beat("died", state="died")
        beat("of another bot", bot_id=2)
        beat("no bot", role="web")
        self.assertEqual(self.take().processes, 2)

    def test_who_only_looks_takes_nothing(self) -> None:
        first = self.take(30)
        look = self.take(0, process="b")
        then = self.take(0, process="c")
        self.assertEqual((look.taken_by, then.taken_by), ("a", "a"))
        self.assertAlmostEqual(then.clock + then.starts_in, first.clock + 1, places=3)

    def test_a_clock_that_was_set_back_by_an_hour_does_not_stop_the_bot(self) -> None:
        self.take()
        age(next_at=-timedelta(hours=1))
        self.assertEqual(self.take().starts_in, 0)

    def test_processes_that_ask_at_once_get_different_slots(self) -> None:
        self.take(0)
        starts: list[float] = []

        def ask(name: str) -> None:
            for _ in range(25):
                stretch = take_slots(BOT, "overall", slots=3, rate=30, process=name)
                starts.append(stretch.clock + stretch.starts_in)
            connections.close_all()

        threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        starts.sort()
        gaps = [later - earlier for earlier, later in pairwise(starts)]
        self.assertEqual(len(starts), 100)
        self.assertGreaterEqual(min(gaps), 0.0999)

    def test_during_a_flood_nothing_is_handed_out_and_after_it_the_rate_is_half(self) -> None:
        self.take()
        note_flood(BOT, "overall", 20)
        stretch = self.take()
        self.assertTrue(19 < stretch.flooded <= 20, stretch)
        age(flooded_until=timedelta(seconds=25), lowered_at=timedelta(seconds=25))
        stretch = self.take()
        self.assertEqual((stretch.flooded, stretch.factor), (0, 0.5))
        self.assertAlmostEqual(stretch.step, 1 / 15)

    def test_the_rate_recovers_as_time_goes_by(self) -> None:
        note_flood(BOT, "overall", 0)
        for seconds, factor in ((31, 0.625), (30, 0.78125), (300, 1.0)):
            age(flooded_until=timedelta(seconds=seconds), lowered_at=timedelta(seconds=seconds))
            self.assertAlmostEqual(self.take().factor, factor)


class FloodTests(TestCase):
    """What is remembered, on both databases."""

    def test_several_processes_that_meet_one_flood_halve_the_rate_once(self) -> None:
        note_flood(BOT, "overall", 5)
        note_flood(BOT, "overall", 3)
        (said,) = remembered(BOT)
        self.assertEqual((said.scope, said.factor), ("overall", 0.5))
        self.assertTrue(4 < said.seconds <= 5, said)

    def test_the_next_flood_halves_it_again(self) -> None:
        note_flood(BOT, "overall", 5)
        age(lowered_at=timedelta(seconds=11), flooded_until=timedelta(seconds=11))
        note_flood(BOT, "overall", 5)
        self.assertEqual(remembered(BOT)[0].factor, 0.25)

    def test_a_chat_that_is_calm_again_is_forgotten(self) -> None:
        note_flood(BOT, "chat:-100", 60)
        self.assertEqual([said.scope for said in remembered(BOT)], ["chat:-100"])
        age(lowered_at=timedelta(hours=1), flooded_until=timedelta(hours=1))
        self.assertEqual(remembered(BOT), [])
        self.assertFalse(CallBudget.objects.exists())

    def test_another_bots_floods_are_its_own(self) -> None:
        note_flood(2, "overall", 5)
        self.assertEqual(remembered(BOT), [])


class PaceCase(TransactionTestCase):
    """A process' part of the budget."""

    async def limited(self, story: Callable[[Limiter, SharedPace], Awaitable[None]], *, processes: int = 1) -> None:
        """Play the story while slots are fetched."""
        await asyncio.to_thread(self.live, processes)
        pace = SharedPace(100, scope="overall", process="me")
        limiter = Limiter(pace)
        async with database_threads(2), asyncio.timeout(PATIENCE):
            running = asyncio.create_task(pace.run(BOT))
            try:
                await story(limiter, pace)
            finally:
                running.cancel()
                await asyncio.wait({running})

    @staticmethod
    def live(processes: int) -> None:
        """Let so many processes live."""
        beat(*map(str, range(processes)))
        connections.close_all()

    async def send(self, limiter: Limiter, count: int) -> list[float]:
        """Let calls to so many chats go; return when they went."""
        went: list[float] = []

        async def call(chat: int) -> None:
            turn = await limiter.turn(chat, Priority.REPLY, method="sendMessage")
            went.append(asyncio.get_running_loop().time())
            limiter.ended(turn)

        await asyncio.gather(*(call(chat) for chat in range(1, count + 1)))
        return went


@ON_POSTGRESQL
class SharedPaceTests(PaceCase):
    """With a database."""

    async def test_what_waits_goes_and_no_more_is_taken_from_the_others(self) -> None:
        async def story(limiter: Limiter, pace: SharedPace) -> None:
            await self.send(limiter, 1)
            while pace._alone:  # the first answer of the database
                await asyncio.sleep(0.01)
            went = await self.send(limiter, 50)
            self.assertLessEqual(max(sum(1 for at in went if start <= at < start + 0.25) for start in went), 36)
            ahead = (await CallBudget.objects.aget()).next_at - timezone.now()
            self.assertLess(ahead, timedelta(seconds=0.15))
            self.assertFalse(pace._wanted.is_set())

        await self.limited(story)

    async def test_answers_that_take_long_do_not_slow_the_queue_down(self) -> None:
        sent = threading.Event()

        def hold(seconds: float) -> None:
            while not sent.is_set():  # not for a time of its own: the last answers before the look are slow ones, too
                with connection.cursor() as cursor:
                    cursor.execute("BEGIN")
                    cursor.execute("SELECT 1 FROM botcore_callbudget FOR UPDATE")
                    cursor.execute("SELECT pg_sleep(%s)", [seconds])
                    cursor.execute("COMMIT")
            connections.close_all()

        async def watch(pace: SharedPace, blocks: set[int]) -> None:
            while not sent.is_set():
                blocks.add(pace._block)
                await asyncio.sleep(0.01)

        async def story(limiter: Limiter, pace: SharedPace) -> None:
            await self.send(limiter, 3)
            while pace._alone:
                await asyncio.sleep(0.01)
            blocks: set[int] = set()
            beside = asyncio.gather(asyncio.to_thread(hold, 0.08), watch(pace, blocks))
            try:
                await self.send(limiter, 100)
            finally:
                sent.set()
            await beside
            self.assertGreater(max(blocks), 10)  # 5 when answers come at once
            self.assertIsNone(pace._alone)

        await self.limited(story)

    async def test_a_flood_that_another_process_met_pauses_this_one(self) -> None:
        async def story(limiter: Limiter, pace: SharedPace) -> None:
            await self.send(limiter, 3)
            await asyncio.to_thread(self.flood)
            began = asyncio.get_running_loop().time()
            went = await self.send(limiter, 5)
            self.assertGreaterEqual(went[-1] - began, 0.9)
            self.assertEqual(pace.flood.factor(went[-1]), 0.5)

        await self.limited(story)

    @staticmethod
    def flood() -> None:
        """Be another process that met a 429."""
        note_flood(BOT, "overall", 1)
        connections.close_all()

    async def test_replies_go_on_at_a_share_of_the_rate_while_the_table_cannot_be_used(self) -> None:
        def lock(gone: threading.Event, back: threading.Event) -> None:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("LOCK TABLE botcore_callbudget IN ACCESS EXCLUSIVE MODE")
                gone.set()
                back.wait(PATIENCE)
                cursor.execute("ROLLBACK")
            connections.close_all()

        async def story(limiter: Limiter, pace: SharedPace) -> None:
            await self.send(limiter, 3)
            gone, back = threading.Event(), threading.Event()
            locking = asyncio.create_task(asyncio.to_thread(lock, gone, back))
            await asyncio.to_thread(gone.wait, PATIENCE)
            await self.send(limiter, 3)  # the first waits until the database counts as away
            went = await self.send(limiter, 14)
            self.assertGreaterEqual(went[-1] - went[0], 12 / 12.5)  # an eighth of 100/s: four processes were known
            back.set()
            await locking
            while pace._alone:
                await asyncio.sleep(0.01)
            await self.send(limiter, 3)

        await self.limited(story, processes=4)


class AwayTests(PaceCase):
    """Without one, or without the loop that fetches."""

    async def test_before_the_start_an_eighth_of_the_rate_is_used_as_if_there_were_four(self) -> None:
        limiter = Limiter(SharedPace(100, scope="overall", process="me"))
        async with asyncio.timeout(PATIENCE):
            went = await self.send(limiter, 14)
        self.assertGreaterEqual(went[-1] - went[0], 12 / 12.5)

    async def test_cancelling_the_loop_lets_those_who_wait_go_on(self) -> None:
        limiters: list[Limiter] = []
        waiting: list[asyncio.Task[list[float]]] = []

        async def story(limiter: Limiter, _pace: SharedPace) -> None:
            limiters.append(limiter)
            waiting.append(asyncio.create_task(self.send(limiter, 40)))
            await asyncio.sleep(0.05)

        await self.limited(story)
        async with asyncio.timeout(PATIENCE):
            self.assertEqual(len(await waiting[0]), 40)


class FloodMemoryTests(TransactionTestCase):
    """From one process' life to the next."""

    async def remember(self, *floods: tuple[str, float], brings: int = 0) -> list[tuple[str, float, float]]:
        """Run a memory that is told of floods until they are written; return what it brought back at its start."""
        brought: list[tuple[str, float, float]] = []
        memory = FloodMemory()
        for flood in floods:
            memory.note(*flood)
        async with database_threads(2), asyncio.timeout(PATIENCE):
            running = asyncio.create_task(memory.run(BOT, lambda *said: brought.append(said)))
            while memory._notes or len(brought) < brings:
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.wait({running})
        return brought

    async def test_overall_floods_and_long_ones_of_chats_survive_a_restart(self) -> None:
        self.assertEqual(await self.remember(("overall", 5), ("chat:7", 30), ("chat:-100", 3600)), [])
        brought = {scope: (seconds, factor) for scope, seconds, factor in await self.remember(brings=2)}
        self.assertEqual(set(brought), {"overall", "chat:-100"})
        self.assertTrue(3500 < brought["chat:-100"][0] <= 3600)
        self.assertEqual(brought["overall"][1], 0.5)
