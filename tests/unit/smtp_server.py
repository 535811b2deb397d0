"""A mail server on loopback that takes what it is given, or answers as its script says."""

import asyncio
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from typing import Self


class MailServer:
    """Speaks as much of SMTP as a client needs; `answers` replaces the reply to a verb, None hangs."""

    def __init__(self, answers: Mapping[str, str | None] | None = None) -> None:
        self.mails: list[Message] = []
        self.verbs: list[str] = []
        self._answers = answers or {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            writer.write(b"220 ready\r\n")
            while (line := await reader.readline()) and await self._answer(line, reader, writer):
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # either side ended it
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb = line.decode().split()[0].upper()
        self.verbs.append(verb)
        if verb in self._answers:
            if (answer := self._answers[verb]) is None:
                await asyncio.Event().wait()
            writer.write(f"{answer}\r\n".encode())
        elif verb == "DATA":
            writer.write(b"354 go on\r\n")
            body = await reader.readuntil(b"\r\n.\r\n")
            self.mails.append(message_from_bytes(body.removesuffix(b".\r\n")))
            writer.write(b"250 taken\r\n")
        else:
            writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 fine\r\n")
        return verb != "QUIT"
