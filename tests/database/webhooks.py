"""A real webhook server and a client that delivers as Telegram does, or as strangers do."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from botcore.intake.delivery import PATH, SECRET_HEADER
from botcore.intake.webhook import BODY_SECONDS, WebhookServer

HOST = "127.0.0.1"
SECRET = "the-secret_1"
BOT = 77
JSON = "application/json"
PATIENCE = 60  # seconds: a bound for a machine under load


def body_of(number: int, chat: int = 1) -> bytes:
    """Return a delivery's body."""
    return json.dumps({"update_id": number, "message": {"chat": {"id": chat}, "text": "hi"}}).encode()


def as_long_as(length: int) -> bytes:
    """Return a delivery's body of that many bytes."""
    start, end = b'{"update_id": 1, "message": {"chat": {"id": 1}, "text": "', b'"}}'
    return start + b"x" * (length - len(start) - len(end)) + end


class Deliverer:
    """Talks to the server at a port."""

    def __init__(self, http: aiohttp.ClientSession, port: int) -> None:
        self._http = http
        self.port = port

    async def send(
        self,
        body: Any,
        *,
        method: str = "POST",
        path: str = PATH,
        secret: str | None = SECRET,
        content_type: str | None = JSON,
        **headers: str,
    ) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers of the answer; None leaves a header out."""
        given = {SECRET_HEADER: secret, "Content-Type": content_type, **headers}
        sent = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        url = f"http://{HOST}:{self.port}{path}"
        async with self._http.request(
            method, url, data=body, headers=sent, skip_auto_headers=["Content-Type"]
        ) as response:
            return response.status, await response.read(), dict(response.headers)

    async def post(self, body: Any, **more: Any) -> int:
        """Return the answer's status."""
        return (await self.send(body, **more))[0]

    async def raw(self, *parts: bytes, hang_up: bool = False) -> str:
        """Send bytes over a connection of their own; return the first line of the answer."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            if hang_up:
                return ""
            async with asyncio.timeout(PATIENCE):
                return (await reader.readline()).decode().strip()
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    *, on_update: Callable[[], None] = lambda: None, port: int = 0, body_seconds: float = BODY_SECONDS
) -> AsyncIterator[Deliverer]:
    """Serve while the block runs."""
    server = WebhookServer(BOT, SECRET, on_update=on_update, body_seconds=body_seconds)
    async with (
        server.serving(HOST, port) as found,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE)) as http,
    ):
        yield Deliverer(http, found)
