"""A bot's webhook for the sandbox's tests: a real HTTP server that keeps what it is sent and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import CIMultiDictProxy

from sandbox.server import running
from sandbox.webhook import Courier
from tests.unit.sandbox.kit import TOKEN, WorldCase, until


@dataclass(frozen=True)
class Received:
    """One request; `client` is the port of the connection's other end."""

    method: str
    path: str
    headers: CIMultiDictProxy[str]
    update: dict[str, Any]
    client: int

    @property
    def text(self) -> str:
        """What the person wrote, or the data of the button."""
        return str(
            self.update["message"]["text"] if "message" in self.update else self.update["callback_query"]["data"]
        )


class Receiver:
    """Answers 200 unless `answer` says otherwise."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received, web.Request], Awaitable[web.StreamResponse]] = self._agree
        self.address = ""
        self.open = 0
        self.most_open = 0
        self._held: dict[str, asyncio.Event] = {}

    def texts(self) -> list[str]:
        return [received.text for received in self.received]

    def paths(self) -> list[str]:
        return [received.path for received in self.received]

    async def arrived(self, *texts: str) -> None:
        """Wait until these have come, and no others, in whichever order."""
        await until(lambda: len(self.received) >= len(texts))
        assert sorted(self.texts()) == sorted(texts), self.texts()

    def hold(self, *texts: str) -> None:
        """Do not answer these before they are let go."""
        self._held.update({text: asyncio.Event() for text in texts})

    def let_go(self, *texts: str) -> None:
        """Answer these, or all that are held."""
        for text in texts or self._held:
            self._held[text].set()

    def fail(self, status: int = 500, **headers: str) -> None:
        """Answer with this status from now on."""

        async def refuse(_: Received, __: web.Request) -> web.Response:
            return web.Response(status=status, headers={name.replace("_", "-"): headers[name] for name in headers})

        self.answer = refuse

    def reply(self, **response: Any) -> None:
        """Answer with this body from now on."""

        async def reply(_: Received, __: web.Request) -> web.Response:
            return web.Response(**response)

        self.answer = reply

    def agree(self) -> None:
        self.answer = self._agree

    async def _agree(self, _: Received, __: web.Request) -> web.StreamResponse:
        return web.Response()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.transport
        client = request.transport.get_extra_info("peername")[1]
        received = Received(request.method, request.path_qs, request.headers, await request.json(), client)
        self.received.append(received)
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        try:
            if received.text in self._held:
                await self._held[received.text].wait()
            return await self.answer(received, request)
        finally:
            self.open -= 1


@asynccontextmanager
async def receiving(trust: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Serve a receiver on a free port while the block runs, over TLS if it has a certificate."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=trust).start()
        receiver.address = f"{'https' if trust else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
        yield receiver
    finally:
        receiver.let_go()
        await runner.cleanup()


class WebhookCase(WorldCase):
    """Tests of deliveries from the sandbox's server to a receiver."""

    async def asyncSetUp(self) -> None:
        await self.enterAsyncContext(running(self.world))
        self.receiver = await self.enterAsyncContext(receiving())
        self.url = f"{self.receiver.address}/hook"

    async def set_webhook(self, url: str = "", token: str = TOKEN, **parameters: Any) -> None:
        """Call setWebhook, a second after whatever was before."""
        self.clock.advance(1)
        await self.result("setWebhook", token, url=url or self.url, **parameters)

    async def warm_up(self) -> None:
        """Let one delivery succeed: before, there is one connection only."""
        self.say("first")
        await self.emptied()
        await self.idle()
        self.receiver.received.clear()

    def say(self, *texts: str, person: int = 1) -> None:
        for text in texts:
            self.world.say(person, person, text)

    async def info(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.result("getWebhookInfo")
        return found

    async def failed(self, message: str) -> None:
        """Wait until getWebhookInfo tells of this failure."""
        bot = self.world.bot()
        await until(lambda: bot.webhook_error is not None)
        self.assertEqual((await self.info())["last_error_message"], message)

    async def emptied(self) -> None:
        """Wait until nothing is pending."""
        await until(lambda: self.pending() == 0)

    def pending(self) -> int:
        return self.world.bot().queue.waiting(self.clock.now())

    async def pause(self) -> float:
        """Wait until every delivery has ended and a retry is planned; return in how many seconds."""
        await self.idle()
        await until(lambda: bool(self._alarms()))
        return min(self._alarms()) - self.clock.now()

    async def idle(self) -> None:
        """Wait until no delivery is under way."""
        courier = self.courier()
        await until(lambda: not courier._under_way and not courier._news.done())

    def courier(self) -> Courier:
        courier = getattr(self.world.bot().wake_courier, "__self__", None)
        assert isinstance(courier, Courier)
        return courier

    def _alarms(self) -> list[float]:
        return [due for due, alarm in self.clock._alarms if not alarm.done()]
