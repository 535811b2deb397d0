"""The feeder: one process feeds, others take over; feeders, senders and buttons at once leave nobody out or twice."""

import asyncio
from collections import Counter
from contextlib import suppress
from unittest import mock, skipUnless

from django.db import OperationalError, connection
from django.test import TransactionTestCase

from botcore.broadcasts import feeder, feeding, selectors, services
from botcore.broadcasts.feeder import Feeder
from botcore.broadcasts.models import Broadcast
from botcore.database import database_threads, in_database
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Sent
from botcore.outbox.sender import Sender
from botcore.outbox.store import Ready
from tests.database.broadcasts import BroadcastCase, add_people, send, started
from tests.database.outboxes import BOT
from tests.environment import SERVER

PATIENCE = 60  # seconds: a bound for a machine under load


class FeederTests(BroadcastCase):
    """Loops that look often."""

    def setUp(self) -> None:
        """Look often."""
        super().setUp()
        patched = mock.patch.object(feeder, "LOOK_SECONDS", 0.02)
        patched.start()
        self.addCleanup(patched.stop)

    async def run_until_done(self, *feeders: Feeder) -> None:
        """Let feeders run and messages be sent until no broadcast has anything to do."""
        tasks = [asyncio.create_task(one.run()) for one in feeders]
        try:
            async with asyncio.timeout(PATIENCE):
                while await in_database(feeding.wanting):
                    await in_database(send)
                    await asyncio.sleep(0.01)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def test_of_several_processes_one_feeds(self) -> None:
        pk = await in_database(started)
        feeders = [Feeder(f"process {number}") for number in range(3)]
        with mock.patch.object(Feeder, "_work", autospec=True, side_effect=Feeder._work) as works:
            await self.run_until_done(*feeders)
        self.assertEqual((works.call_count, await in_database(self.state, pk)), (1, "done"))
        self.assertEqual(await in_database(self.states), {"sent": 3})

    async def test_one_that_fails_does_not_hold_up_the_others(self) -> None:
        broken, well = await in_database(started), await in_database(started)
        real = feeding.step

        def step(pk: int) -> bool:
            if pk == broken:
                raise ZeroDivisionError
            return real(pk)

        with mock.patch.object(feeding, "step", side_effect=step):
            for _ in range(2):
                with self.assertRaises(ZeroDivisionError):
                    await Feeder("process").look()
                await in_database(send)
        self.assertEqual(await in_database(self.state, well), "done")
        self.assertEqual(await in_database(self.state, broken), "running")

    async def test_a_database_that_is_away_is_waited_for(self) -> None:
        await in_database(started)
        away = [OperationalError("away"), *[mock.DEFAULT] * 1000]
        with mock.patch.object(feeding, "step", side_effect=away, wraps=feeding.step) as steps:
            await self.run_until_done(Feeder("process"))
        self.assertGreater(steps.call_count, 1)
        self.assertEqual(await in_database(self.states), {"sent": 3})


@skipUnless(SERVER, "SQLite has one process")
class AllAtOnceTests(TransactionTestCase):
    """Two feeders without the lease that keeps them apart, two senders, and somebody who presses buttons."""

    people, presses = 300, 12

    def setUp(self) -> None:
        """Begin with nothing."""
        connection.close()
        self.sent: Counter[int] = Counter()
        self.floods: Counter[int] = Counter()

    async def deliver(self, message: Ready) -> Sent:
        """Take a message; every seventh is put off by Telegram once."""
        await asyncio.sleep(0.001)
        if message.chat_id % 7 == 0 and not self.floods[message.chat_id]:
            self.floods[message.chat_id] += 1
            return Sent(OutgoingState.QUEUED, error="flood", wait_seconds=0.01)
        self.sent[message.chat_id] += 1
        return Sent(OutgoingState.SENT, message_id=message.pk)

    @staticmethod
    async def feed() -> None:
        """Feed until cancelled."""
        while True:
            await Feeder("nobody").look()
            await asyncio.sleep(0.005)

    async def press(self, pk: int) -> None:
        """Pause and resume again and again."""
        for _ in range(self.presses):
            await in_database(services.pause, pk, by="dora")
            await asyncio.sleep(0.01)
            await in_database(services.resume, pk, by="dora")
            await asyncio.sleep(0.02)

    async def test_everybody_gets_it_once(self) -> None:
        ahead, batch = mock.patch.object(feeding, "AHEAD", 40), mock.patch.object(feeding, "BATCH", 15)
        async with database_threads(10):
            await in_database(add_people, self.people)
            pk = await in_database(started)
            senders = [Sender(bot_id=BOT, owner=name, deliver=self.deliver, in_flight=6) for name in ("a", "b")]
            with ahead, batch, mock.patch("botcore.outbox.sender.IDLE_SECONDS", 0.02):
                sending = [asyncio.create_task(sender.run(stop_seconds=5)) for sender in senders]
                feeding_now = [asyncio.create_task(self.feed()) for _ in range(2)]
                async with asyncio.timeout(PATIENCE):
                    await self.press(pk)
                    while await in_database(feeding.wanting):
                        await asyncio.sleep(0.02)
                for task in feeding_now:
                    task.cancel()
                for sender in senders:
                    sender.stop()
                with suppress(asyncio.CancelledError):
                    await asyncio.gather(*sending, *feeding_now, return_exceptions=True)
            await in_database(self.check, pk)

    def check(self, pk: int) -> None:
        """Compare what went out with the tables."""
        self.assertEqual(self.sent, Counter(range(1, self.people + 1)))
        self.assertEqual(set(OutgoingMessage.objects.values_list("state", flat=True)), {"sent"})
        found = selectors.progress(pk)
        assert found is not None
        self.assertEqual((found.sent, found.queued, found.waiting, found.held), (self.people, self.people, 0, 0))
        self.assertEqual(Broadcast.objects.get(pk=pk).state, "done")
