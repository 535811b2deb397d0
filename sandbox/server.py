"""The sandbox as an HTTP server on 127.0.0.1: Bot API, control API, live channel, chat page; it serves webhooks too."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.http import HttpProcessingError

from sandbox import bot_api, control, pages, shelf
from sandbox.clock import Clock
from sandbox.flood import OFF, Limits
from sandbox.guard import guard
from sandbox.live import Live
from sandbox.webhook import delivering
from sandbox.wishes import WORLD
from sandbox.world import World

HOST = "127.0.0.1"
ANY_HOST = "0.0.0.0"  # noqa: S104 - only with a password
BODY_LIMIT = 60 * 2**20  # a bot may upload 50 MB
GOODBYE_SECONDS = 0.4
YEAR_2020 = 1_577_836_800  # in seconds since 1970; counted from there, ids stay within what Telegram uses
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

logger = logging.getLogger(__name__)
http_logger = logging.getLogger("sandbox.http")


def _is_a_fault_of_ours(record: logging.LogRecord) -> bool:
    """Whether a line about a request is worth a traceback; that somebody speaks no HTTP is not: they get 400."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError | web.RequestPayloadError))


http_logger.addFilter(_is_a_fault_of_ours)


def build(world: World, state: Path | None = None, password: str = "") -> web.Application:
    """Put the application together; `state` is the file in which the world can be saved."""
    app = web.Application(middlewares=[guard(world.clock, password)], client_max_size=BODY_LIMIT)
    app[WORLD], app[shelf.SHELF] = world, state
    live, deliveries = Live(world), AsyncExitStack()

    async def begin_deliveries(_: web.Application) -> None:
        await deliveries.enter_async_context(delivering(world))

    async def say_goodbye(_: web.Application) -> None:
        world.close()
        await deliveries.aclose()
        await live.close()

    app.on_startup.append(begin_deliveries)
    app.on_shutdown.append(say_goodbye)
    app.on_response_prepare.append(_add_page_headers)
    app.router.add_route("*", "/bot{token:[^/]*}/{method:.*}", bot_api.handle_call)
    control.add_routes(app.router, live)
    pages.add_routes(app.router)
    app.router.add_get("/file/bot{token:[^/]*}/{path:.*}", bot_api.handle_download)
    app.router.add_route("*", "/{anything:.*}", bot_api.handle_unknown)
    return app


@asynccontextmanager
async def running(world: World, port: int = 0, state: Path | None = None, *, password: str = "") -> AsyncIterator[str]:
    """Serve the world while the block runs and yield the address; port 0 is any free one. Raises OSError.

    With a password other machines may come, too: without one it listens on the loopback interface, whatever happens.
    """
    host = ANY_HOST if password else HOST
    runner = web.AppRunner(
        build(world, state, password),
        access_log=None,
        logger=http_logger,
        shutdown_timeout=GOODBYE_SECONDS,
        handler_cancellation=True,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def world_unlike_the_last(clock: Clock) -> World:
    """Make a world whose new groups have ids of their own: a bot's database remembers those of earlier processes."""
    return World(clock, groups_before=int(clock.now()) - YEAR_2020)


async def serve(port: int, limits: Limits = OFF, state: Path | None = None, *, password: str = "") -> None:
    """Serve a new world, or the saved one, until SIGTERM or SIGINT. Raises OSError if the port is taken, Refused."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    world = world_unlike_the_last(Clock())
    world.flood.limits = limits
    world.open_channel()
    if state:
        shelf.begin_with(world, state)
    async with running(world, port, state, password=password) as address:
        logger.info("The sandbox listens on %s", address)
        await stopped.wait()


async def _add_page_headers(request: web.Request, response: web.StreamResponse) -> None:
    if not request.path.startswith("/bot"):
        response.headers.update(PAGE_HEADERS)
