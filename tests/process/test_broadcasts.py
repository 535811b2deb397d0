"""A broadcast whose process is killed in the middle: the next one goes on, and nobody gets it twice or is left out."""

import json
import signal
import unittest

from tests.processes import Stack, eventually

PEOPLE, BEFORE_THE_CRASH = 80, 10
SLOWLY = "3"  # messages a second, so that the crash comes in the middle also on a machine under load
TEXT = "News for everybody"
START = f"""
from django.utils import timezone
from botcore.models import Chat, User
from botcore.broadcasts import drafts, services
from botcore.outbox.content import Text
now = timezone.now()
for number in {{people}}:
    User.objects.create(id=number, first_name="Somebody", first_seen=now, last_seen=now)
    Chat.objects.create(id=number, type="private", first_seen=now, last_seen=now)
services.start(drafts.write(by="dora", content=Text("{TEXT}"), is_shown=True), by="dora")
"""
ENDS = """
import json
from botcore.models import Broadcast, OutgoingMessage
row = Broadcast.objects.get()
doubts = list(OutgoingMessage.objects.filter(state="uncertain").values_list("chat_id", flat=True))
print(json.dumps([row.state, row.sent, row.uncertain, doubts]))
"""


class KilledTests(unittest.TestCase):
    """A sandbox with many people, and a bot that writes to all of them."""

    def setUp(self) -> None:
        """Start the sandbox, a bot, and the broadcast."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.stack.start_sandbox()
        self.people = [
            self.stack.sandbox("people", first_name=f"P{number}")["person"]["id"] for number in range(PEOPLE)
        ]
        self.bot = self.stack.start_bot(BOT_MESSAGES_PER_SECOND=SLOWLY)

    def shell(self, code: str) -> str:
        """Run Python over the stack's database; return what it prints."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def got(self) -> dict[int, int]:
        """Return how often each person got it."""
        return {person: self.stack.bot_texts(person).count(TEXT) for person in self.people}

    def test_the_next_process_goes_on(self) -> None:
        self.shell(START.format(people=self.people))
        some = self.people[BEFORE_THE_CRASH]  # they are written to in the order of their ids, more or less
        eventually(lambda: self.stack.bot_texts(some), what="it has begun")
        self.bot.signal(signal.SIGKILL)
        self.bot.wait()
        before = sum(self.got().values())
        self.stack.start_bot()
        found = eventually(self.ends, what="it is done")
        assert found
        state, sent, uncertain, doubts = found
        got = self.got()
        self.assertLess(before, PEOPLE)
        self.assertEqual((state, sent + uncertain), ("done", PEOPLE))
        self.assertEqual({person for person, times in got.items() if times > 1}, set())
        self.assertLessEqual({person for person, times in got.items() if not times}, set(doubts))

    def ends(self) -> tuple[str, int, int, list[int]] | None:
        """Return state, counts, and who is in doubt, once it is done."""
        found: tuple[str, int, int, list[int]] = tuple(json.loads(self.shell(ENDS)))
        return found if found[0] == "done" else None
