"""The code of docs/howto does what its pages say."""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from unittest import IsolatedAsyncioTestCase

from django.contrib.auth.models import Permission, User
from django.test import RequestFactory, SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from botcore.access.book import BOOK
from botcore.access.roles import Role
from botcore.alerts.webhook import sign
from botcore.database import in_database
from botcore.outbox.models import OutgoingMessage
from botcore.people import models as people
from botcore.people.models import Chat
from botcore.runtime.jobs.run import Run
from sandbox.bots import Bot
from sandbox.clock import Clock
from sandbox.server import running
from sandbox.world import World
from tests import tutorial
from tests.database import roles
from tests.telegram import BotTestCase

PIZZA, ADDED, REFUND, ORDERS, NEW_PEOPLE, RECEIVER = (
    tutorial.load(name, folder="howto")
    for name in ("pizza", "pizza_added", "refund", "orders", "new_people", "receiver")
)
CHARLIE = 3
ORDER = ("/pizza", "32", "Rua Augusta 1")
ANSWERS = ["26 or 32 cm?", "Where to?", "Order 1: 32 cm to Rua Augusta 1."]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
PATIENCE_SECONDS = 120  # a bound for a machine under load, not an expectation


class BeforeTests(IsolatedAsyncioTestCase):
    """The bots to move from, in processes of their own, against the sandbox."""

    async def asyncSetUp(self) -> None:
        """Open a sandbox."""
        self.world = World(Clock())
        self.address = await self.enterAsyncContext(running(self.world))

    @asynccontextmanager
    async def bot(self, name: str) -> AsyncIterator[None]:
        """Run a bot while the block runs, in a folder of its own; it must end in order."""
        program = str(tutorial.DOCS / "howto" / f"{name}.py")
        environment = {**os.environ, "TELEGRAM_API_URL": self.address}
        with tempfile.TemporaryDirectory() as folder:
            process = await asyncio.create_subprocess_exec(sys.executable, program, cwd=folder, env=environment)
            try:
                yield
            finally:
                process.terminate()
                self.assertEqual(await process.wait(), 0)

    async def says(self, text: str, *, then: Sequence[str]) -> None:
        """Let Charlie write, and wait until the bot's messages are these."""
        self.world.say(CHARLIE, CHARLIE, text)
        await self.answers(*then)

    async def answers(self, *texts: str) -> None:
        """Wait until the bot's messages to Charlie are these."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while [post.text for post in self.world.messages(CHARLIE) if isinstance(post.sender, Bot)] != list(texts):
                await asyncio.sleep(0.02)  # leaves the processor to the bot

    async def talk(self, name: str) -> None:
        """Order a pizza and cancel it."""
        async with self.bot(name):
            for count, words in enumerate(ORDER, 1):
                await self.says(words, then=ANSWERS[:count])
            self.world.press(CHARLIE, CHARLIE, self.world.messages(CHARLIE)[-1].message_id, "undo:1")
            await self.answers(*ANSWERS[:2], "Order 1 is cancelled.")

    async def test_the_bot_of_python_telegram_bot_takes_an_order(self) -> None:
        await self.talk("pizza_ptb")

    async def test_the_bot_of_aiogram_takes_an_order(self) -> None:
        await self.talk("pizza_aiogram")


class PizzaTests(BotTestCase):
    """The same bot as a feature of Botdeck."""

    features = tutorial.features_of(PIZZA)

    async def test_it_takes_the_same_order_with_the_same_words(self) -> None:
        for words in ORDER:
            await self.charlie.says(words)
        self.assertEqual(self.charlie.answers, ANSWERS)
        self.assertEqual(await self.charlie.presses("Cancel it"), ["Cancelled"])
        self.charlie.sees("Order 1 is cancelled.")

    async def test_a_wrong_size_leaves_the_person_at_this_step(self) -> None:
        for words in ("/pizza", "27", "26"):
            await self.charlie.says(words)
        self.charlie.sees("Where to?")


class AddedTests(BotTestCase):
    """Handlers of python-telegram-bot, given to Botdeck as they are."""

    features = tutorial.features_of(ADDED)

    async def test_they_run_with_memory_and_buttons(self) -> None:
        await self.charlie.says("/pizza 32")
        await self.charlie.says("/pizza 26")
        self.charlie.sees("Order 2: 26 cm.")
        self.assertEqual(await self.charlie.presses("Cancel it"), ["Cancelled"])
        self.charlie.sees("Order 2 is cancelled.")


class RefundTests(BotTestCase):
    """A command that takes a role."""

    features = tutorial.features_of(REFUND)

    async def test_an_admin_is_asked_and_the_person_is_told_once(self) -> None:
        await self.charlie.says("hello")
        await self.alice.says("/refund 3 50 it was cold")
        self.alice.sees("Give Charlie Clark 50 Stars back?")
        await self.alice.presses("Refund", times=2)
        await self.send_due()
        self.charlie.sees("50 Stars come back to you: it was cold")
        self.assertEqual(await OutgoingMessage.objects.filter(source="refund").acount(), 1)

    async def test_others_do_not_get_through_with_the_command(self) -> None:
        await self.charlie.says("/refund 3 50 please")
        self.assertNotIn("Stars back", self.charlie.sees)
        self.assertFalse(await OutgoingMessage.objects.filter(source="refund").aexists())

    async def test_a_role_that_is_gone_opens_nothing_though_the_button_is_there(self) -> None:
        await self.bob.says("hello")
        await in_database(roles.has, 2, Role.ADMIN)
        BOOK.change()
        await self.bob.says("/refund 2 50 why not")
        await in_database(roles.has, 2, Role.MEMBER)
        BOOK.change()
        await self.bob.presses("Refund")
        self.assertFalse(await OutgoingMessage.objects.filter(source="refund").aexists())


class OrderViewTests(TestCase):
    """A view that queues a message."""

    def setUp(self) -> None:
        """Let the bot know Charlie; have somebody who may write to people."""
        now = timezone.now()
        Chat.objects.create(id=CHARLIE, type="private", title="Charlie", first_seen=now, last_seen=now)
        self.staff = User.objects.create_user("bob")
        self.staff.user_permissions.add(Permission.objects.get(codename="add_outgoingmessage"))

    def post(self, *, chat: int) -> tuple[int, dict[str, object]]:
        """Send the form; return status and answer."""
        request = RequestFactory().post("/orders/7/shipped/")
        request.user = self.staff
        answer = ORDERS.order_shipped(request, order=7, chat=chat)
        return answer.status_code, json.loads(answer.content)

    def test_it_queues_one_message_however_often_the_form_comes(self) -> None:
        first, second = self.post(chat=CHARLIE), self.post(chat=CHARLIE)
        self.assertEqual(first, (200, {"message": OutgoingMessage.objects.get().pk}))
        self.assertEqual(second, first)

    def test_a_chat_that_is_unknown_is_refused_with_a_sentence(self) -> None:
        status, answer = self.post(chat=99)
        self.assertEqual((status, answer), (400, {"error": "The chat 99 is unknown: the bot has not met it."}))


class NightlyJobTests(TestCase):
    """The job of docs/howto/nightly-job.md."""

    @override_settings(TELEGRAM_ADMIN_IDS=[1, 99])
    def test_each_owner_whom_the_bot_knows_hears_once_how_many_were_new(self) -> None:
        yesterday = timezone.now() - timedelta(days=1)
        Chat.objects.create(id=1, type="private", title="Alice", first_seen=yesterday, last_seen=yesterday)
        people.User.objects.create(id=CHARLIE, first_name="Charlie", first_seen=yesterday, last_seen=yesterday)
        for _ in range(2):
            words = NEW_PEOPLE.tell_of_new_people(Run("new_people"))
        self.assertEqual(words, f"1 new people on {yesterday.date()}")
        message = OutgoingMessage.objects.get()
        self.assertEqual(json.loads(message.payload)["text"], f"New people on {yesterday.date()}: 1")


@override_settings(ALERT_WEBHOOK_SECRET="a secret of the tests")
class ReceiverTests(SimpleTestCase):
    """Who takes alerts believes what Botdeck signs, and nothing else."""

    def believed(self, body: bytes, moment: str, signature: str) -> bool:
        """Ask the receiver."""
        return bool(RECEIVER.is_ours(body, moment, signature, "a secret of the tests"))

    def test_what_was_signed_now_is_believed(self) -> None:
        headers = sign(b'{"title": "x"}')
        moment, signature = headers["X-Botdeck-Timestamp"], headers["X-Botdeck-Signature"]
        self.assertTrue(self.believed(b'{"title": "x"}', moment, signature))
        self.assertFalse(self.believed(b'{"title": "y"}', moment, signature))
        self.assertFalse(self.believed(b'{"title": "x"}', str(int(time.time()) - 3600), signature))
        self.assertFalse(self.believed(b'{"title": "x"}', "", ""))


class PageTests(SimpleTestCase):
    """The pages and the code belong together."""

    def test_each_file_of_code_is_on_a_page(self) -> None:
        pages = "".join(path.read_text() for path in Path(tutorial.DOCS / "howto").glob("*.md"))
        files = [path.name for path in Path(tutorial.DOCS / "howto").glob("*.py")]
        self.assertEqual([name for name in files if f"({name})" not in pages], [])

    def test_what_the_pages_show_of_the_code_stands_in_it(self) -> None:
        code = "".join(path.read_text() for path in Path(tutorial.DOCS / "howto").glob("*.py"))
        for page in Path(tutorial.DOCS / "howto").glob("*.md"):
            for block in BLOCK.findall(page.read_text()):
                if "def test_" not in block:
                    with self.subTest(page.name):
                        self.assertIn(block, code)
