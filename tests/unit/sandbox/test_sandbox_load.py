"""The load: people act, answers are matched and counted; sessions are recorded and played again."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import TestCase

import telegram

from sandbox.clock import Clock
from sandbox.load.crowd import Crowd, Plan
from sandbox.load.latencies import Latencies
from sandbox.load.mix import KINDS, Mix, read_mix
from sandbox.load.report import report
from sandbox.load.tape import record, replay
from sandbox.load.watch import Deed, Watch
from sandbox.updates_live import BACKLOG_LIMIT
from sandbox.world import World
from tests.unit.sandbox.kit import ServerCase, until

GO = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class Instant(Clock):
    """A clock that is at once where somebody waits for it to be."""

    def __init__(self) -> None:
        self._now = 1000.0

    def monotonic(self) -> float:
        return self._now

    async def wait(self, signal: asyncio.Future[Any], seconds: float) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        self._now += seconds


def said(chat: int, text: str, **more: Any) -> dict[str, Any]:
    """Return the event of a bot's message."""
    return {
        "type": "message",
        "chat": chat,
        "message": {"message_id": 9, "from": {"is_bot": True}, "text": text, **more},
    }


class Reading(TestCase):
    def test_a_mix_is_read(self) -> None:
        self.assertEqual(read_mix("command=5, text=80.5").shares, {"command": 5, "text": 80.5})
        for wrong in ("", "dance=5", "text", "text=x", "text=-1", "text=0", "text=inf"):
            with self.subTest(wrong), self.assertRaises(ValueError):
                read_mix(wrong)


class Measuring(TestCase):
    def test_percentiles_are_at_most_two_in_a_hundred_too_high(self) -> None:
        latencies = Latencies()
        for number in range(1, 10_001):
            latencies.add(number / 1000)
        for share, true in ((0.5, 5.0), (0.95, 9.5), (0.99, 9.9)):
            found = latencies.percentile(share)
            assert found
            self.assertTrue(true <= found <= true * 1.021, (share, found))
        self.assertEqual((latencies.most, latencies.percentile(1)), (10, 10))
        self.assertLess(len(latencies._buckets), 600)
        self.assertIsNone(Latencies().percentile(0.5))


class Matching(TestCase):
    def setUp(self) -> None:
        self.watch = Watch(KINDS)

    def begin(self, *numbers: int, kind: str = "text", chat: int = 5) -> None:
        for number in numbers:
            self.watch.begin(Deed(number, kind, chat, float(number)))

    def test_an_answer_that_names_nothing_is_the_oldest_ones(self) -> None:
        self.begin(1, 2)
        self.watch.hear(said(5, "yes"), 3.0)
        self.assertEqual((self.watch.waiting, self.watch.tallies["text"].latencies.most), (1, 2.0))
        self.watch.hear(said(6, "not theirs"), 4.0)
        self.assertEqual((self.watch.waiting, self.watch.more, self.watch.told_apart), (1, 1, 0))

    def test_an_answer_may_name_what_it_answers_and_come_in_the_wrong_order(self) -> None:
        self.begin(1, 2, 3)
        for event in (said(5, "load 2"), said(5, "yes", reply_to_message={"text": "load 1"}), said(5, "load 3")):
            self.watch.hear(event, 4.0)
        self.assertEqual((self.watch.told_apart, self.watch.out_of_order, self.watch.waiting), (3, 1, 0))

    def test_what_gets_no_answer_is_lost(self) -> None:
        self.begin(1, 2, 3)
        self.watch.give_up(before=3.0)
        self.assertEqual((self.watch.tallies["text"].lost, self.watch.waiting), (2, 1))

    def test_an_answer_that_comes_too_late_is_late_and_no_latency(self) -> None:
        self.begin(1, 2)
        self.watch.give_up(before=2.0)
        self.watch.hear(said(5, "load 1"), 9.0)
        self.assertEqual((self.watch.late, self.watch.more, self.watch.tallies["text"].latencies.count), (1, 0, 0))
        self.assertEqual((self.watch.waiting, self.watch.messages), (1, 1))

    def test_a_press_is_answered_by_its_own_answer(self) -> None:
        self.begin(1, kind="press")
        self.watch.hear(said(5, "a message"), 2.0)
        self.assertEqual(self.watch.waiting, 1)
        self.watch.hear({"type": "answer", "person": 5, "chat": 5}, 3.0)
        self.assertEqual((self.watch.waiting, self.watch.tallies["press"].latencies.count), (0, 1))

    def test_nothing_is_kept_of_what_is_over(self) -> None:
        for number in range(1, 2000):
            self.begin(number, chat=number)
            self.watch.hear(said(number, "yes"), 1.0)
        self.assertEqual((len(self.watch._waiting), len(self.watch._chats), len(self.watch._answered)), (0, 0, 0))


class Running(ServerCase):
    """A bot that answers what the test says, and people who act in no time."""

    @asynccontextmanager
    async def answering(self, answer: Callable[[dict[str, Any]], Any]) -> AsyncIterator[None]:
        async def serve() -> None:
            offset = 0
            while True:
                for update in await self.result("getUpdates", offset=offset, timeout=50):
                    offset = update["update_id"] + 1
                    await answer(update)

        task = asyncio.create_task(serve())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def echo(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self.result("answerCallbackQuery", callback_query_id=query["id"], text="Pressed")
        else:
            message = update["message"]
            text = message.get("text") or message["caption"]
            await self.result("sendMessage", chat_id=message["chat"]["id"], text=text, reply_markup=GO)

    async def test_people_act_and_every_answer_is_counted(self) -> None:
        plan = Plan(3, 100, 0.6, read_mix("command=1,text=2,press=2,photo=1"))
        async with self.answering(self.echo):
            course = await Crowd(self.http, plan, Instant()).run()
        tallies = course.watch.tallies
        self.assertEqual(sum(tally.done for tally in tallies.values()), 60)
        for kind, tally in tallies.items():
            with self.subTest(kind):
                self.assertEqual((tally.latencies.count, tally.lost, tally.refused), (tally.done, 0, 0))
                self.assertGreater(tally.done, 3)
        self.assertEqual((course.watch.out_of_order, course.watch.more, course.cut_off), (0, 0, False))
        people = [person for person in self.world.people.values() if person.first_name == "Load"]
        self.assertEqual(len(people), 3)
        lines = report(course, plan)
        self.assertEqual((lines[0].split()[:3], lines[1].split()[0]), (["done", "answered", "lost"], "command"))

    async def test_a_bot_that_loses_and_turns_round_is_found_out(self) -> None:
        late: list[dict[str, Any]] = []

        async def careless(update: dict[str, Any]) -> None:
            if update["message"]["text"].endswith("7"):
                return
            late.append(update)
            if len(late) == 2:
                await self.echo(late.pop())
                await self.echo(late.pop())

        async with self.answering(careless):
            course = await Crowd(self.http, Plan(1, 100, 0.2, read_mix("text=1"), patience=1), Instant()).run()
        self.assertEqual((course.watch.tallies["text"].done, course.watch.tallies["text"].lost), (20, 2))
        self.assertEqual((course.watch.told_apart, course.watch.out_of_order), (18, 9))
        self.assertIn(
            "Out of order: 9 of 18 answers that name what they answer.",
            report(course, Plan(1, 1, 1, read_mix("text=1"))),
        )

    async def test_what_a_slow_bot_still_answers_of_an_earlier_crowd_is_late_and_not_this_ones(self) -> None:
        came: list[dict[str, Any]] = []
        plan = Plan(5, 100, 0.2, read_mix("text=1"), patience=1)

        async def slow(update: dict[str, Any]) -> None:
            came.append(update)
            if len(came) > 20:
                await self.echo(came[len(came) - 21])

        async with self.answering(slow):
            first = await Crowd(self.http, plan, Instant(), first=1).run()
            await until(lambda: len(came) == 20)
            second = await Crowd(self.http, plan, Instant(), first=1001).run()
        for course, late in ((first, 0), (second, 20)):
            tally = course.watch.tallies["text"]
            self.assertEqual((tally.lost, tally.latencies.count, course.watch.late), (20, 0, late))
        self.assertIn("20 answers came when nobody waited any more, or a second time.", report(second, plan))

    async def test_who_stops_it_gets_the_report_of_what_was(self) -> None:
        crowd = Crowd(self.http, Plan(1, 10, 1e9, read_mix("text=1")), Instant())

        async def stop(_: dict[str, Any]) -> None:
            crowd.stop()

        async with self.answering(stop):
            course = await crowd.run()
        tally = course.watch.tallies["text"]
        self.assertEqual((tally.latencies.count, tally.lost), (0, tally.done))
        self.assertIn(
            "It was stopped: what waited then is called lost.", report(course, Plan(1, 1, 1, Mix({"text": 1})))
        )

    async def test_the_same_people_come_again(self) -> None:
        for _ in range(2):
            await Crowd(self.http, Plan(3, 10, 0.1, read_mix("text=1"), patience=0.1), Instant()).run()
        self.assertEqual(len(self.world.people), 4 + 3)

    async def test_a_session_is_recorded_and_played_to_other_people(self) -> None:
        ended = asyncio.Event()
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "session.jsonl"
        task = asyncio.create_task(record(self.http, path, ended))
        await until(lambda: bool(self.world.bot().listeners))
        eve = self.world.add_person("Eve", username="eve")
        self.world.say(eve.id, eve.id, "one")
        self.clock.advance(30)
        self.world.say(1, 1, "two")
        await until(lambda: path.exists() and path.read_text().count("\n") == 2)
        ended.set()
        self.assertEqual(await task, 2)
        self.assertEqual([json.loads(line)["at"] for line in path.read_text().splitlines()], [0, 30])
        await until(lambda: not self.world.bot().listeners)

        self.world.people.pop(eve.id)
        self.world.add_person("Mallory")
        await self.result("getUpdates", offset=-1)
        clock = Instant()
        self.assertEqual(await replay(self.http, path, 2, clock), (2, 0.0))
        self.assertEqual(clock.monotonic(), 1000 + 15)
        updates = (await self.result("getUpdates"))[-2:]
        again = updates[0]["message"]
        self.assertEqual((again["text"], again["from"]["id"], again["chat"]["id"]), ("one", 6, 6))
        self.assertEqual(self.world.person(6).username, "eve")
        self.assertEqual(updates[1]["message"]["from"]["id"], 1)
        self.assertIsInstance(telegram.Update.de_json(updates[0], self.bot), telegram.Update)

    async def test_a_recording_that_cannot_keep_up_says_so(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "session.jsonl"
        task = asyncio.create_task(record(self.http, path, asyncio.Event()))
        await until(lambda: bool(self.world.bot().listeners))
        for number in range(BACKLOG_LIMIT + 2):
            self.world.deliver({"message": {"message_id": number}})
        with self.assertRaisesRegex(ValueError, f"has the first {BACKLOG_LIMIT} only"):
            await task

    async def test_a_tape_that_is_none_is_refused(self) -> None:
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "session.jsonl"
        path.write_text('{"at": 0, "update": {"a": 1}}\nnonsense\n')
        with self.assertRaisesRegex(ValueError, "Line 2 of"):
            await replay(self.http, path, 1)
        self.assertIsInstance(self.world, World)
