"""How fast a sandbox serves sendMessage, 64 at once: `python -m benchmarks.sandbox`; rate, and CPU a message."""

import asyncio
import os
import time
from itertools import count
from pathlib import Path

import aiohttp

from tests.processes import Stack

MESSAGES, AT_ONCE, ROUNDS = 6000, 64, 3
PEOPLE = 4  # the sandbox's cast


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def send(address: str) -> float:
    """Send all messages and return the messages/s."""
    numbers = count()

    async def sender(http: aiohttp.ClientSession) -> None:
        while (number := next(numbers)) < MESSAGES:
            body = {"chat_id": str(1 + number % PEOPLE), "text": f"Message number {number}"}
            async with http.post("/bot1:sandbox/sendMessage", data=body) as response:
                assert response.status == 200, await response.text()
                await response.read()

    async with aiohttp.ClientSession(address, connector=aiohttp.TCPConnector(limit=0)) as http:
        start = time.perf_counter()
        await asyncio.gather(*(sender(http) for _ in range(AT_ONCE)))
        return MESSAGES / (time.perf_counter() - start)


def main() -> None:
    """Start a sandbox, measure, and end it."""
    with Stack() as stack:
        sandbox = stack.start_sandbox()
        for _ in range(ROUNDS):
            before = cpu_seconds(sandbox.pid)
            rate = asyncio.run(send(stack.sandbox_url))
            used = (cpu_seconds(sandbox.pid) - before) / MESSAGES * 1000
            print(f"sendMessage: {rate:5.0f}/s, {used:.2f} ms CPU a message in the sandbox")


if __name__ == "__main__":
    main()
