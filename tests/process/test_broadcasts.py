"""Broadcasts whose processes are killed: the next one goes on, and nobody gets it twice or is left out."""

import json
import os
import random
import signal
import time
import unittest

from tests.processes import Stack, eventually

TEXT = "News for everybody"
START = f"""
from django.utils import timezone
from botcore.models import Chat, User
from botcore.broadcasts import drafts, services
from botcore.outbox.content import Text
now = timezone.now()
User.objects.bulk_create(User(id=one, first_name="Somebody", first_seen=now, last_seen=now) for one in {{people}})
Chat.objects.bulk_create(Chat(id=one, type="private", first_seen=now, last_seen=now) for one in {{people}})
services.start(drafts.write(by="dora", content=Text("{TEXT}"), is_shown=True), by="dora")
"""
ENDS = """
import json
from botcore.models import Broadcast, OutgoingMessage
row = Broadcast.objects.get()
doubts = list(OutgoingMessage.objects.filter(state="uncertain").values_list("chat_id", flat=True))
print(json.dumps([row.state, row.sent, row.uncertain, doubts, OutgoingMessage.objects.count()]))
"""


class KilledCase(unittest.TestCase):
    """A sandbox with many people, and a bot that writes to all of them."""

    people_met = 80
    per_second = "3"  # so that the crash comes in the middle also on a machine under load

    def setUp(self) -> None:
        """Start the sandbox, a bot, and the broadcast."""
        self.stack = self.enterContext(Stack(BOT_MESSAGES_PER_SECOND=self.per_second, BOT_LEASE_SECONDS="2"))
        self.stack.migrate()
        self.stack.start_sandbox()
        self.people = [
            self.stack.sandbox("people", first_name=f"P{number}")["person"]["id"] for number in range(self.people_met)
        ]
        self.bot = self.stack.start_bot()
        self.shell(START.format(people=self.people))

    def shell(self, code: str) -> str:
        """Run Python over the stack's database; return what it prints."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def got(self) -> dict[int, int]:
        """Return how often each person got it."""
        return {person: self.stack.bot_texts(person).count(TEXT) for person in self.people}

    def kill(self) -> None:
        """Kill the bot."""
        self.bot.signal(signal.SIGKILL)
        self.bot.wait()

    def ends(self) -> tuple[str, int, int, list[int], int]:
        """Return state, counts, who is in doubt, and how many messages there are."""
        found: tuple[str, int, int, list[int], int] = tuple(json.loads(self.shell(ENDS)))
        return found

    def assert_once_each(self) -> None:
        """Wait for the end: everybody has one delivery, which arrived once, or is listed as being in doubt."""
        eventually(lambda: self.ends()[0] == "done", what="it is done")
        state, sent, uncertain, doubts, messages = self.ends()
        got = self.got()
        self.assertEqual((state, sent + uncertain, messages), ("done", self.people_met, self.people_met))
        self.assertEqual({person for person, times in got.items() if times > 1}, set())
        self.assertLessEqual({person for person, times in got.items() if not times}, set(doubts))
        self.assertEqual((len(doubts), len(set(doubts))), (uncertain, uncertain))


class KilledTests(KilledCase):
    """Once, in the middle."""

    def test_the_next_process_goes_on(self) -> None:
        some = self.people[10]  # they are written to in the order of their ids, more or less
        eventually(lambda: self.stack.bot_texts(some), what="it has begun")
        self.kill()
        self.assertLess(sum(self.got().values()), self.people_met)
        self.bot = self.stack.start_bot(BOT_MESSAGES_PER_SECOND="30")
        self.assert_once_each()


class KilledOftenTests(KilledCase):
    """At random moments, while calls are under way: half of them have arrived when nobody hears of it any more."""

    people_met = 600
    per_second = "30"
    kills, longest = 20, 1.2  # seconds from the start of a process to its end

    def test_everybody_has_one_delivery_or_is_in_doubt(self) -> None:
        seed = int(os.environ.get("BROADCAST_SEED", time.time_ns() % 10**6))
        print(f"BROADCAST_SEED={seed}")
        chance = random.Random(seed)
        slowly = {"kind": "slow", "method": "sendMessage", "latency_ms": 150}
        self.stack.sandbox("faults", faults=[{**slowly, "performed": True, "probability": 0.5}, slowly])
        for _kill in range(self.kills):
            time.sleep(chance.uniform(0, self.longest))
            self.kill()
            self.bot = self.stack.start_bot()
        self.assertEqual(self.ends()[0], "running", "the last kill came in the middle, too")
        self.stack.sandbox("faults", faults=[])
        self.assert_once_each()
