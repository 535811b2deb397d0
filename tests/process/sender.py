"""A process that sends by the shared budget: `python -m tests.process.sender <name> <count>` prints when calls went."""

import asyncio
import sys
import time

import django

django.setup()

from botcore.connection.assembly import build_way_out  # noqa: E402
from botcore.database import database_threads  # noqa: E402
from botcore.outbox.models import Priority  # noqa: E402
from tests.ways import drop  # noqa: E402

BOT = 1


async def main(name: str, count: int) -> None:
    """Wait for a word on stdin, then send to so many chats; print the machine's clock, which all processes share."""
    way_out = build_way_out(rate=30, process=name, shared=True, api_url="", bot_id=lambda: BOT, tell=drop)
    went: list[float] = []

    async def call(chat: int) -> None:
        turn = await way_out.limiter.turn(chat, Priority.BROADCAST, method="sendMessage")
        went.append(time.clock_gettime(time.CLOCK_BOOTTIME))
        way_out.limiter.ended(turn)

    async with database_threads(2):
        running = asyncio.create_task(way_out.run(BOT))
        while getattr(way_out.limiter._line.pace, "_alone", None):  # until the database's first answer
            await asyncio.sleep(0.01)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*(call(chat) for chat in range(1, count + 1)))
        running.cancel()
        await asyncio.wait({running})
    print(*went, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
