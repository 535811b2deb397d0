"""/broadcast with real processes: the bot is killed in the middle; nobody is left out, card and outcome are right."""

import json
import re
import signal
import unittest
from typing import Any

from tests.processes import Stack, eventually

PEOPLE, BEFORE_THE_CRASH = 300, 60
OPERATOR = 1
TEXT = "News for everybody"
MEET = """
from django.utils import timezone
from botcore.models import Chat, User
now = timezone.now()
User.objects.bulk_create(User(id=n, first_name="Somebody", first_seen=now, last_seen=now) for n in {people})
Chat.objects.bulk_create(Chat(id=n, type="private", first_seen=now, last_seen=now) for n in {people})
"""
DOUBTS = """
import json
from botcore.models import OutgoingMessage
found = OutgoingMessage.objects.filter(state="uncertain", key__startswith="broadcast:")
print(json.dumps(list(found.values_list("chat_id", flat=True))))
"""


class KilledTests(unittest.TestCase):
    """A sandbox with 300 people and an operator, who does all of it in the chat."""

    def setUp(self) -> None:
        """Start the sandbox and a bot that has met everybody."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.stack.start_sandbox()
        self.people = [
            self.stack.sandbox("people", first_name=f"P{number}")["person"]["id"] for number in range(PEOPLE)
        ]
        self.shell(MEET.format(people=self.people))
        self.bot = self.stack.start_bot(BOT_MESSAGES_PER_SECOND="20")
        self.stack.say(OPERATOR, "/start")
        eventually(lambda: self.stack.bot_texts(OPERATOR), what="the operator is known")

    def test_nobody_gets_it_twice_or_is_left_out_and_the_card_goes_on(self) -> None:
        self.begin()
        some = self.people[BEFORE_THE_CRASH]
        eventually(lambda: self.stack.bot_texts(some), what="it has begun")
        eventually(self.over, what="the card follows")
        self.bot.signal(signal.SIGKILL)
        self.bot.wait()
        before = sum(self.got().values())
        self.stack.start_bot()
        eventually(self.outcome, what="the end is told")
        got, doubts = self.got(), json.loads(self.shell(DOUBTS))
        self.assertLess(before, PEOPLE)
        self.assertEqual({person for person, times in got.items() if times > 1}, set())
        self.assertLessEqual({person for person, times in got.items() if not times}, set(doubts))
        self.check(doubts)

    def check(self, doubts: list[int]) -> None:
        """See that the outcome and the card say the same, and who is in doubt; everybody is the people and Alice."""
        eventually(lambda: "done" in self.text_with("Done: "), what="the card shows the end")
        for text in (self.text_with("Done: "), self.outcome()):
            in_doubt = re.search(r"Uncertain, they may have it: (\d+)", text)
            self.assertEqual(int(in_doubt[1]) if in_doubt else 0, len(doubts))
            self.assertIn(f"Sent: {PEOPLE + 1 - len(doubts)}", text)
        self.assertIn(f"Done: {PEOPLE + 1} of {PEOPLE + 1} people", self.text_with("Done: "))
        self.assertEqual(len([text for text in self.stack.bot_texts(OPERATOR) if text == self.outcome()]), 1)

    def begin(self) -> None:
        """Answer a message with the command and start it."""
        said = self.stack.sandbox("say", person=OPERATOR, chat=OPERATOR, text=TEXT)["message"]["message_id"]
        self.stack.sandbox("say", person=OPERATOR, chat=OPERATOR, text="/broadcast", reply_to=said)
        self.press("Start…")
        self.press("Send")

    def press(self, label: str) -> None:
        """Press a button as soon as it is there."""
        found = eventually(lambda: self.button(label), what=f"a button {label}")
        assert found
        message, data = found
        self.stack.sandbox("press", person=OPERATOR, chat=OPERATOR, message=message, data=data)

    def button(self, label: str) -> tuple[int, str] | None:
        """Return the newest button with this label: its message and data."""
        for message in reversed(self.messages()):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                if button["text"] == label:
                    return message["message_id"], button["callback_data"]
        return None

    def messages(self) -> list[dict[str, Any]]:
        """Return the operator's chat."""
        found: list[dict[str, Any]] = self.stack.sandbox(f"chats/{OPERATOR}/messages")["messages"]
        return found

    def text_with(self, words: str) -> str:
        """Return the newest text of the bot with these words; "" for none."""
        return next((text for text in reversed(self.stack.bot_texts(OPERATOR)) if words in text), "")

    def outcome(self) -> str:
        """Return what the operator was told in the end; "" before."""
        return next((text for text in self.stack.bot_texts(OPERATOR) if "Sent: " in text and "Done:" not in text), "")

    def over(self) -> int:
        """Return how many are over by the card."""
        number = re.search(r"Done: (\d+)", self.text_with("Done: "))
        return int(number[1]) if number else 0

    def got(self) -> dict[int, int]:
        """Return how often each person got it."""
        return {person: self.stack.bot_texts(person).count(TEXT) for person in self.people}

    def shell(self, code: str) -> str:
        """Run Python over the stack's database; return what it prints."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()
