"""Several senders on one PostgreSQL, and callers who queue, lock and cancel meanwhile: every message once, in order."""

import asyncio
import itertools
import random
from collections import Counter, defaultdict
from unittest import skipUnless

from django.db import connection, transaction
from django.test import TransactionTestCase

from botcore.database import database_threads, in_database
from botcore.outbox import services, store
from botcore.outbox.models import OutboxLane, OutboxWake, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Sent
from botcore.outbox.sender import Sender
from botcore.outbox.store import Ready
from tests.database.outboxes import BOT, queue
from tests.environment import SERVER

PATIENCE = 120  # seconds: a bound for a machine under load
CHATS, ROUNDS = 12, 25
SEED = 7


@skipUnless(SERVER, "SQLite has one process")
class ManySendersTests(TransactionTestCase):
    """Three senders with connections of their own."""

    def setUp(self) -> None:
        """Begin with nothing."""
        connection.close()
        self.random = random.Random(SEED)
        self.sent: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        self.under_way: Counter[tuple[int, int]] = Counter()

    async def deliver(self, message: Ready) -> Sent:
        """Take a message; some shall be sent again."""
        lane = (message.chat_id, message.priority)
        self.under_way[lane] += 1
        assert self.under_way[lane] == 1, "two messages of a lane at once"
        await asyncio.sleep(self.random.uniform(0, 0.01))
        self.under_way[lane] -= 1
        if self.random.random() < 0.1:
            return Sent(OutgoingState.QUEUED, error="flood", wait_seconds=0.01)
        self.sent[lane].append(message.pk)
        return Sent(OutgoingState.SENT, message_id=message.pk)

    def talk(self, number: int) -> None:
        """Queue in several chats in one transaction, in an order of its own, and cancel something."""
        picks = random.Random(number)
        with transaction.atomic():
            for chat in picks.sample(range(1, CHATS + 1), 4):
                queue("a", "b", chat=chat, priority=picks.choice([Priority.ALERT, Priority.BROADCAST]))
            if number % 5 == 0:
                services.cancel_chat(picks.randint(1, CHATS), bot_id=BOT, reason="enough")

    async def test_each_message_goes_out_once_and_in_order(self) -> None:
        async with database_threads(10):
            senders = [Sender(bot_id=BOT, owner=name, deliver=self.deliver, in_flight=6) for name in ("a", "b", "c")]
            running = [asyncio.create_task(sender.run(stop_seconds=5)) for sender in senders]
            numbers = itertools.count()
            for _ in range(ROUNDS):
                await asyncio.gather(*(in_database(self.talk, next(numbers)) for _ in range(4)))
                self.random.choice(senders).wake()
            async with asyncio.timeout(PATIENCE):
                while await in_database(OutgoingMessage.objects.filter(state__in=["queued", "sending"]).exists):
                    await asyncio.sleep(0.02)
            for sender in senders:
                sender.stop()
            await asyncio.gather(*running)
            await in_database(self.check)

    def check(self) -> None:
        """Compare what went out with the table."""
        states = Counter(OutgoingMessage.objects.values_list("state", flat=True))
        self.assertEqual(set(states), {"sent", "cancelled"})
        self.assertEqual(states.total(), ROUNDS * 4 * 8)
        self.assertEqual(sum(map(len, self.sent.values())), states["sent"])
        for lane, pks in self.sent.items():
            self.assertEqual(len(set(pks)), len(pks), f"twice in {lane}")
        self.assertFalse(OutboxLane.objects.exclude(owner="").exists())
        while lanes := store.claim(BOT, owner="check", lanes=100, each=10, lease_seconds=60):
            self.assertEqual([lane.messages for lane in lanes if lane.messages], [])
        self.assertFalse(OutboxWake.objects.exists())
        self.pairs_in_order()

    def pairs_in_order(self) -> None:
        """Check that the two messages that one statement queued went out in their order."""
        place = {pk: number for pks in self.sent.values() for number, pk in enumerate(pks)}
        pairs: defaultdict[object, list[int]] = defaultdict(list)
        for pk, *moment in OutgoingMessage.objects.order_by("pk").values_list(
            "pk", "chat_id", "priority", "created_at"
        ):
            if pk in place:
                pairs[tuple(moment)].append(place[pk])
        self.assertGreater(max(map(len, pairs.values())), 1)
        self.assertEqual([places for places in pairs.values() if places != sorted(places)], [])
