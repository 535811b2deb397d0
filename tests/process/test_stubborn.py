"""Handlers that do not end when they should: a stop is obeyed all the same, and a blocked loop keeps its chats."""

import unittest
from functools import partial

from tests.environment import SERVER
from tests.processes import Running, Stack, eventually

LEASE_SECONDS = "8"


class StubbornCase(unittest.TestCase):
    """A sandbox and a database."""

    def setUp(self) -> None:
        """Start what all tests need."""
        self.stack = self.enterContext(Stack(BOT_STOP_SECONDS="1", BOT_LEASE_SECONDS=LEASE_SECONDS))
        self.stack.migrate()
        self.stack.start_sandbox()

    def start(self, **environment: str) -> Running:
        """Start a bot with the stubborn features."""
        bot = self.stack.run("-m", "tests.crash.bot", "tests.process.stubborn", **environment)
        eventually(lambda: "botcore.bot: running" in bot.output or not bot.alive, what="the bot runs")
        return bot

    def texts(self, count: int) -> list[str]:
        """Return what the bot wrote to Alice when it is so much."""
        eventually(lambda: len(self.stack.bot_texts(1)) >= count, what=f"{count} texts")
        return self.stack.bot_texts(1)


class StopTests(StubbornCase):
    """SIGTERM, while a handler cannot be ended."""

    def test_the_process_ends_without_it_and_its_update_stays_pending(self) -> None:
        for number, text in enumerate(("/swallow", "/thread")):
            with self.subTest(text):
                bot = self.start()
                self.stack.say(1 + number, text)
                eventually(partial(self.stack.bot_texts, 1 + number), what="the handler has begun")
                self.assertEqual(bot.stop(), 0, bot.output)
                self.assertIn("the process ends without it", bot.output)
        code = "from botcore.models import Update; print(Update.objects.filter(state='pending').count())"
        self.assertEqual(self.stack.manage("shell", "--verbosity", "0", "-c", code).strip(), "2")


@unittest.skipUnless(SERVER, "SQLite has one bot process; the PostgreSQL run tests this")
class BlockTests(StubbornCase):
    """A handler that blocks the event loop for more than two leases, beside a second process."""

    def test_its_chat_stays_its_own_and_the_order_is_kept(self) -> None:
        first = self.start()
        self.stack.say(1, "/block")
        self.texts(1)
        self.start()
        self.stack.say(1, "/next")
        self.assertEqual(self.texts(3), ["begun", "done", "next"])
        self.assertTrue(first.alive)
