"""A canned Telegram for benchmarks: `python -m benchmarks.telegram` prints its port and notes when calls arrive.

Bare HTTP, so that it takes little of the machine. GET /arrivals returns and forgets the times, in seconds.
"""

import asyncio
import json
import re
import time

RESULT = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"x"}}'
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def answer(body: bytes) -> bytes:
    """Return a whole response."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


ANSWER = answer(RESULT)


class Telegram(asyncio.Protocol):
    """One connection; `arrivals` is everybody's."""

    def __init__(self, arrivals: list[float]) -> None:
        self._arrivals = arrivals
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self._buffer[:head])
            end = head + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < end:
                return
            is_call = not self._buffer.startswith(b"GET /arrivals ")
            self._buffer = self._buffer[end:]
            self._transport.write(ANSWER if is_call else answer(json.dumps(self._arrivals).encode()))
            if is_call:
                self._arrivals.append(time.monotonic())
            else:
                self._arrivals.clear()


async def main() -> None:
    """Serve until killed."""
    arrivals: list[float] = []
    server = await asyncio.get_running_loop().create_server(lambda: Telegram(arrivals), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
