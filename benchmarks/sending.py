"""Sending from a queue: `python -m benchmarks.sending`. Rate, most in any second, CPU, and how long replies wait.

Calls go through python-telegram-bot's bot and a limiter to a canned Telegram in another process, which notes when they
arrive. With TEST_DATABASE=postgresql the budget comes from the database, as in a bot with several processes.
"""

import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
import warnings
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test.utils import get_runner
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, BaseRateLimiter, ExtBot
from telegram.warnings import PTBUserWarning

from botcore.connection.assembly import build_way_out
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest
from botcore.connection.way_out import WayOut, Wish
from botcore.database import database_threads
from botcore.outbox.models import Priority
from tests.environment import SERVER

BOT = 1
QUEUES = ((30, 300), (1000, 5000))  # a second, messages
CONNECTIONS = 128
SLOW = 100  # messages a second; up to here the limit sets the rate, and none shows nothing
REPLY_SECONDS = 0.1  # between two replies


@dataclass(frozen=True)
class Figures:
    """What one run showed."""

    rate: float
    most: int
    cpu_ms: float
    reply_p50_ms: float
    reply_p99_ms: float


def main() -> None:
    """Measure all combinations in one run, for machines are noisy."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    environment = {**os.environ, "BENCH_WORKER": "telegram"}
    command = [sys.executable, "-m", "benchmarks.telegram"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    print(SERVER.version if SERVER else "SQLite")
    print(f"  {'limiter, target':28} {'rate':>8} {'most/s':>7} {'CPU ms':>7} {'reply p50':>10} {'p99 ms':>8}")
    for rate, count in QUEUES:
        for name, make in limiters(rate).items():
            figures = asyncio.run(measure(url, make, rate, count))
            show(f"{name}, {rate}/s", figures)
    server.kill()
    server.wait()
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def show(words: str, f: Figures) -> None:
    """Print one line."""
    print(
        f"  {words:28} {f.rate:8.1f} {f.most:7} {f.cpu_ms:7.2f} {f.reply_p50_ms:10.0f} {f.reply_p99_ms:8.0f}",
        flush=True,
    )


def limiters(rate: int) -> dict[str, Callable[[], BaseRateLimiter[Any] | None]]:
    """Return ours, and the library's own where its extra is installed."""
    made: dict[str, Callable[[], BaseRateLimiter[Any] | None]] = {
        "WayOut": lambda: build_way_out(
            rate=rate,
            places=CONNECTIONS,
            process="bench",
            shared=SERVER is not None,
            api_url="",
            bot_id=lambda: BOT,
            tell=lambda *_said, **_level: None,
        )
    }
    if rate > SLOW:
        made["no limiter"] = lambda: None
    try:
        AIORateLimiter()
    except RuntimeError:
        return made
    made["AIORateLimiter"] = lambda: AIORateLimiter(overall_max_rate=rate, overall_time_period=1)
    return made


async def measure(url: str, make: Callable[[], BaseRateLimiter[Any] | None], rate: int, count: int) -> Figures:
    """Send the queue as a broadcast, and a reply every 100 ms meanwhile."""
    limiter = make()
    request = AiohttpRequest(CONNECTIONS, Timeouts(pool=60, read=60))
    bot: ExtBot[Wish] = ExtBot("1:bench", f"{url}/bot", request=request, rate_limiter=limiter)
    warnings.filterwarnings("ignore", category=PTBUserWarning)
    async with database_threads(2):
        running = [asyncio.create_task(limiter.run(BOT))] if isinstance(limiter, WayOut) else []
        await bot.request.initialize()
        await asyncio.gather(*(bot.get_chat_menu_button() for _ in range(CONNECTIONS)), return_exceptions=True)
        await asyncio.sleep(1.1)  # the database's first answer; connections are open
        await asyncio.to_thread(arrivals, url)
        gc.collect()
        gc.freeze()
        wish = Wish(Priority.BROADCAST)
        cpu = time.process_time()
        replies: list[float] = []
        replying = asyncio.create_task(reply(bot, replies))
        queue = []
        for chat in range(1, count + 1):
            queue.append(asyncio.create_task(send(bot, chat, wish)))
            await asyncio.sleep(0)  # as the outbox, which takes few at a time: nothing shall hold up the first ones
        failed = sum(isinstance(error, TelegramError) for error in await asyncio.gather(*queue, return_exceptions=True))
        cpu = time.process_time() - cpu
        replying.cancel()
        await asyncio.gather(replying, return_exceptions=True)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await bot.request.shutdown()
    if failed:
        print(f"  {failed} calls failed")
    return figures(await asyncio.to_thread(arrivals, url), cpu, replies)


async def send(bot: ExtBot[Wish], chat: int, wish: Wish) -> None:
    """Send one message as the outbox does, without decoding the answer; the library's limiter knows no wishes."""
    said = {"chat_id": chat, "text": "hello " * 10}
    wished = wish if isinstance(bot.rate_limiter, WayOut) else None
    await bot.do_api_request("sendMessage", api_kwargs=said, rate_limit_args=wished)


async def reply(bot: ExtBot[Wish], seconds: list[float]) -> None:
    """Answer somebody every 100 ms; note how long it took from the wish to Telegram's answer."""
    loop = asyncio.get_running_loop()
    answering: set[asyncio.Task[None]] = set()

    async def one(chat: int) -> None:
        asked = loop.time()
        try:
            await send(bot, chat, Wish())
        except TelegramError:
            seconds.append(float("inf"))
        seconds.append(loop.time() - asked)

    try:
        for chat in range(1_000_000, 2_000_000):
            answering.add(asyncio.create_task(one(chat)))
            await asyncio.sleep(REPLY_SECONDS)
    finally:
        await asyncio.gather(*answering)


def arrivals(url: str) -> list[float]:
    """Return when calls arrived since the last look."""
    with urllib.request.urlopen(f"{url}/arrivals") as response:
        return sorted(json.load(response))


def figures(times: list[float], cpu: float, replies: list[float]) -> Figures:
    """Sum up."""
    most = max(bisect_left(times, start + 1) - number for number, start in enumerate(times))
    waits = sorted(replies)
    return Figures(
        rate=(len(times) - 1) / (times[-1] - times[0]),
        most=most,
        cpu_ms=cpu / len(times) * 1000,
        reply_p50_ms=statistics.median(waits) * 1000,
        reply_p99_ms=waits[min(len(waits) - 1, int(len(waits) * 0.99))] * 1000,
    )


if __name__ == "__main__":
    main()
