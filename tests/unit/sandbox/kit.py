"""What the sandbox's own tests share: a world with a clock that stands still, alone or behind the real HTTP server."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest import IsolatedAsyncioTestCase

import aiohttp
import telegram

from sandbox import api
from sandbox.clock import ManualClock
from sandbox.server import running
from sandbox.world import World
from tests.unit.sandbox.conformance import description, problems

TOKEN = "1:sandbox"
GIVE_UP_SECONDS = 20
NOT_CHECKED = frozenset({"getUpdates"})  # tests deliver what is no update


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until something has come about; what never does fails the test."""
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while not condition():
            await asyncio.sleep(0)


async def ended(task: asyncio.Task[api.Answer]) -> api.Answer:
    """Return the answer of a held call that should be let go."""
    return await asyncio.wait_for(task, GIVE_UP_SECONDS)


class WorldCase(IsolatedAsyncioTestCase):
    """Tests of the Bot API without sockets; whatever succeeds must have the shape that the Bot API gives it."""

    def setUp(self) -> None:
        self.clock = ManualClock()
        self.world = World(self.clock)

    async def call(self, method: str, /, token: str = TOKEN, **parameters: Any) -> api.Answer:
        answer = await api.call(self.world, token, method, parameters)
        described = None if method in NOT_CHECKED else description()["methods"].get(method)
        if described and answer.status == 200 and answer.wire is None:
            self.assertEqual(problems(answer.body["result"], described["returns"], method), [])
        return answer

    async def result(self, method: str, /, token: str = TOKEN, **parameters: Any) -> Any:
        answer = await self.call(method, token, **parameters)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.body["result"]

    async def error(self, method: str, /, token: str = TOKEN, **parameters: Any) -> tuple[int, str]:
        answer = await self.call(method, token, **parameters)
        self.assertEqual((answer.body["ok"], answer.body["error_code"]), (False, answer.status))
        return answer.status, answer.body["description"]

    async def held(self, **parameters: Any) -> asyncio.Task[api.Answer]:
        """Start a getUpdates and return when the server holds it."""
        before = self._hold()
        task = asyncio.create_task(self.call("getUpdates", **parameters))
        await until(lambda: self._hold() is not before)
        return task

    def _hold(self) -> Any:
        return self.world.bot().poller._held


class ServerCase(WorldCase):
    """Tests through the real HTTP server, with an unmodified telegram.Bot and with plain requests."""

    async def asyncSetUp(self) -> None:
        self.address = await self.enterAsyncContext(running(self.world))
        self.http = await self.enterAsyncContext(aiohttp.ClientSession(self.address))
        bot = telegram.Bot(TOKEN, base_url=f"{self.address}/bot", base_file_url=f"{self.address}/file/bot")
        self.bot = await self.enterAsyncContext(bot)

    async def get(self, path: str, **more: Any) -> tuple[int, Any]:
        async with self.http.get(path, **more) as response:
            return response.status, await response.json()

    async def post(self, path: str, **more: Any) -> tuple[int, Any]:
        async with self.http.post(path, **more) as response:
            return response.status, await response.json()
