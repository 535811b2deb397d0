"""A sandbox with a crowd: `python -m benchmarks.crowd PORT FIRST PEOPLE RATE`; with Telegram's limits."""

import asyncio
import sys
from dataclasses import replace

from sandbox.clock import Clock
from sandbox.flood import TELEGRAM
from sandbox.people import Person
from sandbox.server import running
from sandbox.world import World


async def main(port: int, first: int, people: int, rate: int) -> None:
    """Serve until killed; all chats together may have `rate` messages a second."""
    world = World(Clock())
    world.people.update({number: Person(number, "Alice") for number in range(first, first + people)})
    world.flood.limits = replace(TELEGRAM, overall_per_second=rate)
    async with running(world, port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:5])))
