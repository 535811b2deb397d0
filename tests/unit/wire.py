"""A scripted HTTP server on a raw socket, and what the tests of the transport share."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

TOKEN = "123456:AAabcdefghijklmnopqrstuvwxyz012345"
CERTIFICATE = Path(__file__).with_name("localhost.pem")  # self-made, for these tests only


@dataclass
class Call:
    """One request as it came in."""

    verb: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


Script = Callable[[Call, asyncio.StreamWriter], Awaitable[None]]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def reply(body: bytes | dict[str, Any] | None = None, status: int = 200) -> bytes:
    """Return a whole answer."""
    body = (
        json.dumps({"ok": True, "result": True} if body is None else body).encode()
        if body is None or isinstance(body, dict)
        else body
    )
    return f"HTTP/1.1 {status} Any\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def says(answer: bytes) -> Script:
    """Return a script that always answers the same."""

    async def script(_call: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return script


def data(**parameters: Any) -> RequestData:
    """Return what the library would make of a method's arguments."""
    return RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])


def server_tls() -> ssl.SSLContext:
    """Return the server's side of the self-made certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


class Wire:
    """A server that reads every request whole and lets the script answer; or leaves a connection to `raw`."""

    def __init__(
        self, script: Script | None = None, *, raw: Raw | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.calls: list[Call] = []
        self.connections = 0
        self.script = script or says(reply())
        self._raw = raw
        self._tls = tls
        self._open: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Return the address of one method, with a token in it."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/bot{TOKEN}/sendMessage"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            if self._raw:
                await self._raw(reader, writer)
            while not self._raw:
                call = await self._read(reader)
                self.calls.append(call)
                await self.script(call, writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # either side ended it
        finally:
            self._open.discard(task)
            writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Call:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        verb, path, _ = first.split(" ")
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        while headers.get("transfer-encoding") == "chunked":
            size = int(await reader.readline(), 16)
            body += (await reader.readexactly(size + 2))[:-2]
            if not size:
                break
        return Call(verb, path, headers, body)
