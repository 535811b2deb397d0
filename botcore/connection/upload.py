"""Bodies that are sent piece by piece: a file is read while it is sent, so that its size does not matter."""

import asyncio
import os
import re
import secrets
from collections.abc import Callable, Iterator
from typing import IO

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from telegram.request import RequestData

from botcore.connection.errors import FileUnreadable
from botcore.logs import in_context
from botcore.uploads import THREADS

CHUNK = 128 * 1024  # bytes; more than what aiohttp writes without waiting for the other side
UNKNOWN_SIZE = 50_000_000  # bytes, the most that api.telegram.org takes: the guess for a pipe
SETTLE_SECONDS = 1.0  # what a read that was under way gets, before the file may be used again
_UNSAFE = re.compile(r'[\x00-\x1f"\\]')


class Upload(Payload):
    """Pieces that are sent one after another, each chunk within the write timeout."""

    def __init__(self, pieces: list["bytes | Stream"], content_type: str, *, write_timeout: float | None) -> None:
        super().__init__(None, content_type=content_type)
        self.failure: FileUnreadable | None = None
        self._pieces = pieces
        self._write_timeout = write_timeout
        self._reading: asyncio.Future[bytes] | None = None
        sizes = [len(piece) if isinstance(piece, bytes) else piece.size for piece in pieces]
        self._size = None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def most_seconds(self) -> float | None:
        """How long it may take when each chunk needs the whole write timeout; None for no end."""
        if self._write_timeout is None:
            return None
        size = UNKNOWN_SIZE if self._size is None else self._size
        return self._write_timeout * (size // CHUNK + len(self._pieces) + 1)  # each piece ends with a part of a chunk

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse: the body is never in memory as a whole."""
        raise TypeError("a streamed body cannot be decoded")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send everything; raise TimeoutError when the other side takes nothing for too long."""
        for piece in self._pieces:
            if isinstance(piece, bytes):
                for start in range(0, len(piece), CHUNK):
                    await self._send(writer, piece[start : start + CHUNK])
            else:
                await self._in_thread(piece.rewind)
                while chunk := await self._in_thread(piece.read):
                    await self._send(writer, chunk)
        async with asyncio.timeout(self._write_timeout):
            await writer.drain()

    async def _send(self, writer: AbstractStreamWriter, chunk: bytes) -> None:
        async with asyncio.timeout(self._write_timeout):
            await writer.write(chunk)

    async def _in_thread(self, work: Callable[[], bytes]) -> bytes:
        """Use a file; note a failure, for aiohttp hides it."""
        self._reading = asyncio.get_running_loop().run_in_executor(THREADS, in_context(work))
        try:
            return await asyncio.shield(self._reading)
        except Exception as exc:
            self.failure = FileUnreadable(f"A file could not be read while it was sent: {exc}")
            raise self.failure from exc

    async def close(self) -> None:
        """Let a read that was under way end, for the next attempt reads the same file; never close what is not ours."""
        if self._reading and not self._reading.done():
            await asyncio.wait({self._reading}, timeout=SETTLE_SECONDS)


class Stream:
    """One file, always sent from its beginning; `size` is None when it cannot be known."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = 0
        self.size: int | None = None
        try:
            self.size = file.seek(0, os.SEEK_END)
        except (OSError, AttributeError):  # a pipe
            pass
        except ValueError as exc:
            raise FileUnreadable(f"A file cannot be read: {exc}") from exc

    def rewind(self) -> bytes:
        """Go to the beginning, where there is one; nothing is read."""
        if self.size is not None:
            self._left = self.size
            self._file.seek(0)
        return b""

    def read(self) -> bytes:
        """Return the next chunk, nothing at the end; raise EOFError for a file that became shorter."""
        chunk = self._file.read(CHUNK if self.size is None else min(CHUNK, self._left))
        if not isinstance(chunk, bytes):
            raise TypeError("it is not open in binary mode")
        self._left -= len(chunk)
        if not chunk and self._left > 0:
            raise EOFError("it became shorter")
        return chunk


def multipart(data: RequestData, *, write_timeout: float | None) -> Upload:
    """Return the parameters and files as a form."""
    boundary = secrets.token_hex(16)
    pieces = list(_pieces(data, f"--{boundary}\r\n"))
    pieces.append(f"--{boundary}--\r\n".encode())
    return Upload(pieces, f"multipart/form-data; boundary={boundary}", write_timeout=write_timeout)


def _pieces(data: RequestData, line: str) -> Iterator[bytes | Stream]:
    for name, value in data.json_parameters.items():
        head = f'{line}Content-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        yield f"{head}{value}\r\n".encode(errors="replace")
    for name, (filename, content, mimetype) in data.multipart_data.items():
        head = f'{line}Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\n'
        yield f"{head}Content-Type: {_quoted(mimetype)}\r\n\r\n".encode(errors="replace")
        yield content if isinstance(content, bytes) else Stream(content)
        yield b"\r\n"


def _quoted(text: str) -> str:
    """Escape as browsers do in form data: percent for quotes and control characters, everything else as it is."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", text)
