"""The live channel: a WebSocket on which the page hears every event of the world.

Nothing is replayed: a page that reconnects, or was cut off because it listened too slowly, asks for the state again.
"""

import asyncio
import json

from aiohttp import WSCloseCode, web

from sandbox.world import Event, World

BACKLOG_LIMIT = 1000
HEARTBEAT_SECONDS = 20


class Live:
    """All open channels."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sockets: set[web.WebSocketResponse] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one page until it leaves."""
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS)
        await socket.prepare(request)
        backlog: asyncio.Queue[Event | None] = asyncio.Queue()
        backlog.put_nowait({"type": "hello", "life": self._world.life})
        stop_watching = self._world.watch(lambda event: _remember(backlog, event))
        self._sockets.add(socket)
        sender = asyncio.create_task(_send_all(socket, backlog))
        try:
            async for _ in socket:
                pass  # the page only listens; reading notices that it left
        finally:
            self._sockets.discard(socket)
            stop_watching()
            sender.cancel()
        return socket

    async def close(self) -> None:
        """Say goodbye to every page."""
        await asyncio.gather(*(_goodbye(socket) for socket in tuple(self._sockets)))


def _remember(backlog: asyncio.Queue[Event | None], event: Event) -> None:
    if backlog.qsize() < BACKLOG_LIMIT:
        backlog.put_nowait(event)
    elif backlog.qsize() == BACKLOG_LIMIT:
        backlog.put_nowait(None)


async def _send_all(socket: web.WebSocketResponse, backlog: asyncio.Queue[Event | None]) -> None:
    while event := await backlog.get():
        try:
            await socket.send_str(json.dumps(event))
        except ConnectionError:
            return
    await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)


async def _goodbye(socket: web.WebSocketResponse) -> None:
    await socket.close(code=WSCloseCode.GOING_AWAY, drain=False)
