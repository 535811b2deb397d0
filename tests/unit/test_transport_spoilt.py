"""Servers that say what nobody asked for, or never come to an end."""

import asyncio
import ssl
from typing import Any

from django.test import SimpleTestCase
from telegram.error import TelegramError, TimedOut

from botcore.connection.errors import NotSent
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest
from botcore.connection.upload import CHUNK, Stream, Upload
from tests.unit.wire import CERTIFICATE, Call, Wire, data, reply, says, server_tls

SOON = 0.05  # seconds
BRIEF = Timeouts(connect=SOON, read=SOON, write=SOON, spare=SOON)


class StrayAnswerTests(SimpleTestCase):
    """An answer too many must not become the answer to the next call."""

    def setUp(self) -> None:
        self.count = 0
        self.stray = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    async def number(self, _call: Call, writer: asyncio.StreamWriter) -> None:
        """Answer with the call's number."""
        self.count += 1
        self.writers.append(writer)
        writer.write(reply({"ok": True, "result": self.count}))

    async def results(self, wire: Wire, **options: Any) -> list[Any]:
        """Return the answers to three calls, of which the first one leaves a stray answer behind."""
        async with AiohttpRequest(1, **options) as request:
            url = wire.url.replace("127.0.0.1", "telegram.invalid") if "proxy" in options else wire.url
            found = [await request.post(url, data(n=1))]
            self.writers[0].write(reply({"ok": True, "result": "nobody's"}))
            await self.writers[0].drain()
            for _ in range(self.turns):  # 0: only the system has it; later the loop has read it
                await asyncio.sleep(0)
            return [*found, await request.post(url, data(n=2)), await request.post(url, data(n=3))]

    async def test_it_is_dropped_with_its_connection(self) -> None:
        for self.turns in (0, 1, 2, 20):
            with self.subTest(self.turns):
                self.setUp()
                async with Wire(self.number) as wire:
                    self.assertEqual(await self.results(wire), [1, 2, 3])
                    self.assertEqual(wire.connections, 2)

    async def test_also_with_tls(self) -> None:
        for self.turns in (0, 20):
            self.setUp()
            async with Wire(self.number, tls=server_tls()) as wire:
                trusting = ssl.create_default_context(cafile=CERTIFICATE)
                self.assertEqual(await self.results(wire, tls=trusting), [1, 2, 3])
                self.assertEqual(wire.connections, 2)

    async def test_also_from_a_proxy(self) -> None:
        for self.turns in (0, 20):
            self.setUp()
            async with Wire(self.number) as wire:
                self.assertEqual(await self.results(wire, proxy=f"http://127.0.0.1:{wire.port}"), [1, 2, 3])


class EndlessTests(SimpleTestCase):
    """No call goes on for ever, however steadily something comes."""

    async def error_from(self, beginning: bytes, again: bytes) -> tuple[TelegramError, int]:
        """Return the error of a call to a server that goes on and on, and how many calls it has seen."""

        async def drip(_call: Call, writer: asyncio.StreamWriter) -> None:
            writer.write(beginning)
            while True:
                writer.write(again)
                await asyncio.sleep(SOON / 10)

        async with Wire(drip) as wire, AiohttpRequest(1, BRIEF) as request:
            with self.assertRaises(TelegramError) as raised:
                await asyncio.wait_for(request.post(wire.url, data(chat_id=1)), 5)
            wire.script = says(reply())
            self.assertIs(await request.post(wire.url), True)  # its place is free
        return raised.exception, len(wire.calls)

    async def test_an_answer_that_drips_for_ever_is_a_timeout_that_leaves_open_whether_the_call_was_made(self) -> None:
        for beginning, again in (
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
            (b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
            (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        ):
            with self.subTest(beginning):
                error, calls = await self.error_from(beginning, again)
                self.assertIs(type(error), TimedOut)
                self.assertNotIsInstance(error, NotSent)
                self.assertEqual(calls, 2)

    def test_an_upload_has_the_write_timeout_for_each_of_its_chunks(self) -> None:
        self.assertEqual(Upload([b"x" * 10 * CHUNK], "", write_timeout=2).most_seconds, 24)
        self.assertIsNone(Upload([b"x"], "", write_timeout=None).most_seconds)

    def test_a_file_of_unknown_size_counts_as_the_largest_that_telegram_takes(self) -> None:
        pipe: Any = object()
        self.assertEqual(Upload([Stream(pipe)], "", write_timeout=1).most_seconds, 50_000_000 // CHUNK + 2)

    def test_the_whole_call_may_take_all_its_waits_and_some_more(self) -> None:
        request = AiohttpRequest(timeouts=Timeouts(connect=1, read=2, write=4, spare=60))
        default = AiohttpRequest.DEFAULT_NONE
        self.assertEqual(request._waits(b"", "POST", (default, default, default)).total, 67)
        self.assertEqual(request._waits(b"", "POST", (default, 60, default)).total, 125)  # a long poll
        self.assertIsNone(request._waits(b"", "POST", (default, None, default)).total)
