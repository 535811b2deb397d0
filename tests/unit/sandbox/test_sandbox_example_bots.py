"""Bots as people write them, in processes of their own, against the real server; people talk to them."""

import asyncio
import os
import shutil
import sys
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import IsolatedAsyncioTestCase, skipUnless

from sandbox.bots import Bot
from sandbox.clock import Clock
from sandbox.server import running
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BOTS = Path(__file__).parent / "bots"
ALICE = 1
GRAMMY_FOLDER = os.environ.get("GRAMMY_FOLDER")  # one with its node_modules
PATIENCE_SECONDS = 120  # a bound for a machine under load, not an expectation


class ExampleBots(IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.world = World(Clock())
        self.address = await self.enterAsyncContext(running(self.world))

    def bot(self, name: str) -> AbstractAsyncContextManager[None]:
        """Run a bot of Python while the block runs."""
        return self.program(sys.executable, str(BOTS / f"{name}.py"))

    @asynccontextmanager
    async def program(self, *command: str) -> "AsyncIterator[None]":
        """Run a bot while the block runs; it must end in order."""
        environment = {**os.environ, "TELEGRAM_API_URL": self.address}
        process = await asyncio.create_subprocess_exec(*command, env=environment)
        try:
            yield
        finally:
            process.terminate()
            self.assertEqual(await process.wait(), 0)

    async def answers(self, *texts: str) -> None:
        """Wait until the bot's messages to Alice are these."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.said() != list(texts):
                await asyncio.sleep(0)

    def said(self) -> list[str]:
        return [post.text for post in self.world.messages(ALICE) if isinstance(post.sender, Bot)]

    def say(self, text: str) -> None:
        self.world.say(ALICE, ALICE, text)

    async def test_echo(self) -> None:
        async with self.bot("echo"):
            self.say("/start")
            await self.answers("Hi Alice!")
            self.say("hello <b>")
            self.say("/help")
            await self.answers("Hi Alice!", "hello <b>", "Help!")

    async def test_inline_keyboard(self) -> None:
        async with self.bot("inline_keyboard"):
            await self.press_the_second_button()

    async def test_conversation(self) -> None:
        async with self.bot("conversation"):
            for text in ("/start", "Red", "Rome"):
                self.say(text)
            await self.answers("Which color? /cancel ends this.", "And where do you live?", "Red in Rome. Thank you!")

    async def test_aiogram(self) -> None:
        async with self.bot("aiogram_buttons"):
            await self.press_the_second_button_and_say_hello()

    @skipUnless(GRAMMY_FOLDER, "grammY needs Node: `make test-grammy` installs it in a folder of its own")
    async def test_grammy(self) -> None:
        bot = shutil.copy(BOTS / "grammy_buttons.mjs", str(GRAMMY_FOLDER))  # it finds its library beside it
        async with self.program("node", bot):
            await self.press_the_second_button_and_say_hello()

    async def press_the_second_button_and_say_hello(self) -> None:
        await self.press_the_second_button()
        self.say("hello")
        await self.answers("Selected option: 2", "hello")

    async def press_the_second_button(self) -> None:
        self.say("/start")
        await self.answers("Please choose:")
        post = next(post for post in self.world.messages(ALICE) if isinstance(post.sender, Bot))
        press = self.world.press(ALICE, ALICE, post.message_id, "2")
        await self.answers("Selected option: 2")
        self.assertIsNotNone(press.answer)
