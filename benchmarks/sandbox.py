"""How fast the sandbox is: `python -m benchmarks.sandbox [start|send|updates|memory …]`, all four unless named.

Rates are of one sandbox on one core, with the client on another; the CPU of a message counts the sandbox alone. The
issue wants 3 000 sendMessage/s, 10 000 updates/s by getUpdates, 1 000 000 messages in 1.5 GiB, a start within 1 s.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from benchmarks.pages import machine
from benchmarks.wire import cpu_seconds, exchange
from tests.processes import Running, Stack

MESSAGES, AT_ONCE, ROUNDS = 10_000, 64, 3
UPDATES, BATCH = 20_000, 100
STORED = 1_000_000
PEOPLE = 4  # the sandbox's cast
MIB = 1024  # KiB
TOKEN = "1:sandbox"


def post(path: str, body: dict[str, object]) -> bytes:
    """Write a request as a bot or a tester would send it."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(content)}"
    )
    return head.encode() + b"\r\n\r\n" + content


def sends() -> Iterator[bytes]:
    """Messages of a bot to all people in turn."""
    for number in range(MESSAGES):
        yield post(f"/bot{TOKEN}/sendMessage", {"chat_id": 1 + number % PEOPLE, "text": f"Message number {number}"})


def said() -> Iterator[bytes]:
    """Messages of people to the bot."""
    for number in range(UPDATES):
        person = 1 + number % PEOPLE
        yield post("/sandbox/say", {"person": person, "chat": person, "text": f"Message number {number}"})


async def fetch(address: str) -> float:
    """Fetch all updates as a bot does, each batch confirmed by the next offset; return the updates/s."""
    connection = await asyncio.open_connection(*address_of(address))
    start, fetched, offset = time.perf_counter(), 0, 1
    while fetched < UPDATES:
        (body,) = await exchange(connection, [post(f"/bot{TOKEN}/getUpdates", {"offset": offset, "limit": BATCH})])
        offset = int(body.rpartition(b'"update_id":')[2].lstrip().partition(b",")[0]) + 1
        fetched += body.count(b'"update_id":')
    seconds = time.perf_counter() - start
    connection[1].close()
    return fetched / seconds


async def rate(address: str, requests: Iterator[bytes]) -> float:
    """Send requests over many connections at once; return how many were answered in a second."""
    connections = [await asyncio.open_connection(*address_of(address)) for _ in range(AT_ONCE)]
    start = time.perf_counter()
    done = await asyncio.gather(*(exchange(connection, requests) for connection in connections))
    seconds = time.perf_counter() - start
    for _, writer in connections:
        writer.close()
    return sum(len(bodies) for bodies in done) / seconds


def address_of(address: str) -> tuple[str, int]:
    """Split an address."""
    parts = urlsplit(address)
    return str(parts.hostname), int(parts.port or 80)


def measure_start(stack: Stack) -> str:
    """Start another sandbox until it says that it listens."""
    begin = time.perf_counter()
    sandbox = stack.run("manage.py", "sandbox", "--port", "0")
    while "The sandbox listens on" not in sandbox.output:
        time.sleep(0.001)
    seconds, cpu, memory = time.perf_counter() - begin, cpu_seconds(sandbox.pid), sandbox.memory() / MIB
    sandbox.stop()
    return f"start: {seconds:.2f} s, {cpu:.2f} s of CPU, {memory:.0f} MiB"


def measured(sandbox: Running, times: int, work: Callable[[], float]) -> tuple[float, float]:
    """Return a rate, and the microseconds of CPU that the sandbox used for each."""
    before = cpu_seconds(sandbox.pid)
    found = work()
    return found, (cpu_seconds(sandbox.pid) - before) / times * 1e6


def measure_send(stack: Stack, sandbox: Running) -> str:
    """Send messages as fast as they are answered."""
    found, cpu = measured(sandbox, MESSAGES, lambda: asyncio.run(rate(stack.sandbox_url, sends())))
    return f"sendMessage: {found:.0f}/s, {cpu:.0f} µs CPU each ({1e6 / cpu:.0f}/s of one core)"


def measure_updates(stack: Stack, sandbox: Running) -> str:
    """Let people write, then fetch it."""
    written, _ = measured(sandbox, UPDATES, lambda: asyncio.run(rate(stack.sandbox_url, said())))
    found, cpu = measured(sandbox, UPDATES, lambda: asyncio.run(fetch(stack.sandbox_url)))
    return f"getUpdates: {found:.0f} updates/s, {cpu:.0f} µs CPU each; people wrote {written:.0f}/s"


def measure_memory(stack: Stack) -> str:
    """Let a bot write a million messages to a sandbox, and say how much it holds then."""
    sandbox = stack.start_sandbox()
    before = sandbox.memory()
    for _ in range(STORED // MESSAGES):
        asyncio.run(rate(stack.sandbox_url, sends()))
    posted = sum(chat["posted"] for chat in stack.sandbox("state")["chats"])
    line = f"memory: {before / MIB:.0f} MiB, with {posted} stored messages {sandbox.memory() / MIB:.0f} MiB"
    sandbox.stop()
    return line


def main() -> None:
    """Measure what is named, the rounds of the rates in turn, each beside the speed of the machine."""
    wanted = sys.argv[1:] or ["start", "send", "updates", "memory"]
    with Stack() as stack:
        for _ in range(ROUNDS if "start" in wanted else 0):
            print(f"{measure_start(stack)}; {machine()}", flush=True)
        if "memory" in wanted:
            print(measure_memory(stack), flush=True)
        sandbox = stack.start_sandbox()
        for _ in range(ROUNDS):
            for name, measure in (("send", measure_send), ("updates", measure_updates)):
                if name in wanted:
                    print(f"{measure(stack, sandbox)}; {machine()}", flush=True)


if __name__ == "__main__":
    main()
