"""The live channel of updates: a WebSocket that hears each update that is queued for a bot, to be recorded.

Who listens too slowly is cut off: a recording has everything, or it says that it has not.
"""

import asyncio
import json
from typing import Any

from aiohttp import WSCloseCode, web

from sandbox.bots import Bot
from sandbox.wishes import WORLD
from sandbox.world import Event

BACKLOG_LIMIT = 20_000


def add_routes(router: web.UrlDispatcher) -> None:
    router.add_get("/sandbox/updates/live", listen)


async def listen(request: web.Request) -> web.WebSocketResponse:
    """Tell of every update, from the call on, until the listener leaves."""
    world, socket = request.app[WORLD], web.WebSocketResponse()
    await socket.prepare(request)
    backlog: asyncio.Queue[str | None] = asyncio.Queue()
    began = world.clock.monotonic()

    def hear(bot: Bot, update: dict[str, Any]) -> None:
        _note(backlog, {"at": round(world.clock.monotonic() - began, 3), "bot": bot.number, "update": update})

    def meet(event: Event) -> None:
        if event["type"] == "bots":
            for bot in world.all_bots():
                bot.listeners.add(hear)

    meet({"type": "bots"})
    stop_watching = world.watch(meet)
    sender = asyncio.create_task(_send_all(socket, backlog))
    try:
        async for _ in socket:
            pass  # reading notices that it left
    finally:
        stop_watching()
        sender.cancel()
        for bot in world.all_bots():
            bot.listeners.discard(hear)
    return socket


def _note(backlog: "asyncio.Queue[str | None]", told: dict[str, Any]) -> None:
    """Put a line into the backlog; one too many ends it."""
    if backlog.qsize() < BACKLOG_LIMIT:
        backlog.put_nowait(json.dumps(told))
    elif backlog.qsize() == BACKLOG_LIMIT:
        backlog.put_nowait(None)


async def _send_all(socket: web.WebSocketResponse, backlog: "asyncio.Queue[str | None]") -> None:
    while line := await backlog.get():
        try:
            await socket.send_str(line)
        except ConnectionError:
            return
    await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
