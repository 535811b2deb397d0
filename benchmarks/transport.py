"""CPU of both transports in one interleaved run: `python -m benchmarks.transport`, 64 sendMessage at once by ExtBot.

The server that answers is another process, so that time.process_time() counts the bot alone.
"""

import asyncio
import contextlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from botcore.connection.transport import AiohttpRequest

AT_ONCE, REPLIES, ROUNDS = 64, 640, 5
MESSAGE = {
    "message_id": 1,
    "date": 1_700_000_000,
    "chat": {"id": 1_000, "type": "private", "first_name": "Alice"},
    "from": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"},
    "text": "You said: hello",
}
_BODY = json.dumps({"ok": True, "result": MESSAGE}).encode()
ANSWER = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(_BODY)}\r\n\r\n".encode() + _BODY
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Canned(asyncio.Protocol):
    """Answers every request with the same message."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer once the whole request is there."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(rest) < length:
                return
            self._received = rest[length:]
            assert isinstance(self._transport, asyncio.WriteTransport)
            self._transport.write(ANSWER)


async def serve() -> None:
    """Listen on a free port, say which, and answer until the pipe closes."""
    server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Yield the address of a server in another process."""
    command = [sys.executable, "-m", "benchmarks.transport", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/bot"
        process.communicate()


async def send(request: BaseRequest, base_url: str) -> tuple[float, float]:
    """Send all replies; return CPU milliseconds a reply and replies a second."""
    bot: ExtBot[None] = ExtBot("1:bench", base_url=base_url, request=request)
    await request.initialize()

    async def talk(replies: int) -> None:
        for _ in range(replies):
            await bot.send_message(1_000, "You said: hello")

    await asyncio.gather(*(talk(1) for _ in range(AT_ONCE)))  # opens the connections
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(talk(REPLIES // AT_ONCE) for _ in range(AT_ONCE)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    await request.shutdown()
    return cpu / REPLIES * 1000, REPLIES / wall


def main() -> None:
    """Measure in turns and print medians."""
    peers = {"default (httpx)": HTTPXRequest, "aiohttp": AiohttpRequest}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    with served() as base_url:
        for _ in range(ROUNDS):
            for name, transport in peers.items():
                found[name].append(asyncio.run(send(transport(AT_ONCE + 8), base_url)))
    print(f"transport, sendMessage by ExtBot, {AT_ONCE} at once, medians of {ROUNDS} rounds of {REPLIES}")
    middle = {name: statistics.median(cpu for cpu, _ in rounds) for name, rounds in found.items()}
    for name, rounds in found.items():
        rate = statistics.median(rate for _, rate in rounds)
        print(f"  {name:16} {middle[name]:6.3f} ms CPU a reply  {rate:6.0f} replies/s")
    print(f"  ratio of CPU     {middle['aiohttp'] / middle['default (httpx)']:6.3f} (at most 0.25 allowed)")


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        main()
