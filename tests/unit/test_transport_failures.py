"""Each way in which a call can fail on the wire: was it sent or not, and does the error keep the token to itself?"""

import asyncio
import socket
import ssl
import traceback
from typing import Any

from django.test import SimpleTestCase
from telegram.error import NetworkError, TelegramError, TimedOut

from botcore.connection.errors import ConnectTimedOut, NotConnected, NotSent
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest
from tests.unit.test_transport import counted
from tests.unit.wire import CERTIFICATE, TOKEN, Call, Wire, data, reply, says, server_tls

SOON = 0.05  # seconds


async def silence(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the connection, and nothing from it."""
    await asyncio.Event().wait()


class FailureTestCase(SimpleTestCase):
    """Collects the error of one call."""

    async def error_of(self, url: str, timeouts: Timeouts | None = None, **options: Any) -> TelegramError:
        """Return the error; it must not tell the token, in no part of its traceback."""
        async with AiohttpRequest(2, timeouts or Timeouts(), **options) as request:
            with self.assertRaises(TelegramError) as raised:
                await request.post(url, data(chat_id=1, text="x"))
        self.assertNotIn(TOKEN, "".join(traceback.format_exception(raised.exception)))
        return raised.exception

    def assert_uncertain(self, error: TelegramError, kind: type[TelegramError]) -> None:
        """The library's own class, and no claim that nothing was sent."""
        self.assertIs(type(error), kind)


class NotSentTests(FailureTestCase):
    """What fails before a byte of the call has left."""

    async def test_a_refused_connection(self) -> None:
        before = counted("sendMessage", "unsent")
        with socket.socket() as taken:  # bound, but nobody listens
            taken.bind(("127.0.0.1", 0))
            error = await self.error_of(f"http://127.0.0.1:{taken.getsockname()[1]}/bot{TOKEN}/sendMessage")
        self.assertIs(type(error), NotConnected)
        self.assertIsInstance(error, NetworkError)
        self.assertNotIsInstance(error, TimedOut)
        self.assertIn("ClientConnectorError: Connection refused", error.message)
        self.assertEqual(counted("sendMessage", "unsent"), before + 1)

    async def test_a_name_that_does_not_exist(self) -> None:
        error = await self.error_of(f"http://nowhere.invalid/bot{TOKEN}/sendMessage")
        self.assertIs(type(error), NotConnected)
        self.assertIn("ClientConnectorDNSError", error.message)

    async def test_an_address_that_is_none(self) -> None:
        for url in (f"http:///bot{TOKEN}/sendMessage", f"ftp://127.0.0.1/bot{TOKEN}/sendMessage"):
            with self.subTest(url):
                self.assertIs(type(await self.error_of(url)), NotConnected)

    async def test_a_certificate_that_nobody_vouches_for(self) -> None:
        async with Wire(tls=server_tls()) as wire:
            error = await self.error_of(wire.url)
        self.assertIs(type(error), NotConnected)
        self.assertIn("self-signed certificate", error.message)
        self.assertEqual(wire.calls, [])

    async def test_a_certificate_that_is_trusted_is_accepted(self) -> None:
        trusting = ssl.create_default_context(cafile=CERTIFICATE)
        async with Wire(tls=server_tls()) as wire, AiohttpRequest(tls=trusting) as request:
            for _ in range(3):
                self.assertIs(await request.post(wire.url, data(chat_id=1)), True)
            self.assertEqual(wire.connections, 1)

    async def test_a_server_that_speaks_no_tls(self) -> None:
        async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(reply(status=400))

        async with Wire(raw=refuse) as wire:
            error = await self.error_of(wire.url.replace("http:", "https:"))
        self.assertIs(type(error), NotConnected)

    async def test_a_connection_that_is_not_made_in_time(self) -> None:
        async with Wire(raw=silence) as wire:  # takes the connection, but never answers TLS
            error = await self.error_of(wire.url.replace("http:", "https:"), Timeouts(connect=SOON))
        self.assertIs(type(error), ConnectTimedOut)
        for kind in (NotSent, NotConnected, TimedOut):  # TimedOut as with the default transport
            self.assertIsInstance(error, kind)


class UncertainTests(FailureTestCase):
    """What fails when the call may have arrived."""

    async def error_after(self, script: Any, timeouts: Timeouts | None = None, **options: Any) -> TelegramError:
        """Return the error of a call to a server that does this, and see that the server has the call."""
        async with Wire(script) as wire:
            error = await self.error_of(wire.url, timeouts, **options)
        self.assertEqual(len(wire.calls), 1)
        self.assertNotIsInstance(error, NotSent)
        return error

    async def test_no_answer_in_time(self) -> None:
        before = counted("sendMessage", "timeout")
        self.assert_uncertain(await self.error_after(says(b""), Timeouts(read=SOON)), TimedOut)
        self.assertEqual(counted("sendMessage", "timeout"), before + 1)

    async def test_an_answer_that_stops_half_way(self) -> None:
        half = reply()[:-3]
        self.assert_uncertain(await self.error_after(says(half), Timeouts(read=SOON)), TimedOut)

    async def test_a_slow_answer_may_take_longer_than_the_timeout_as_long_as_it_goes_on(self) -> None:
        async def drip(_call: Call, writer: asyncio.StreamWriter) -> None:
            for byte in reply():
                writer.write(bytes([byte]))
                await asyncio.sleep(0.005)

        async with Wire(drip) as wire, AiohttpRequest(1, Timeouts(read=0.2)) as request:
            self.assertIs(await request.post(wire.url), True)

    async def test_a_connection_that_ends_before_or_in_the_middle_of_the_answer(self) -> None:
        for begun in (b"", b"HTTP/1.1 200", reply()[:-3]):
            for how in ("closed", "reset"):
                with self.subTest(begun=begun, how=how):

                    async def end(_call: Call, writer: asyncio.StreamWriter, begun=begun, how=how) -> None:  # type: ignore[no-untyped-def]
                        writer.write(begun)
                        await writer.drain()
                        if how == "reset":
                            writer.transport.abort()
                        writer.close()

                    before = counted("sendMessage", "network")
                    self.assert_uncertain(await self.error_after(end), NetworkError)
                    self.assertEqual(counted("sendMessage", "network"), before + 1)

    async def test_an_answer_that_is_no_http(self) -> None:
        for garbage in (b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 99_999):
            with self.subTest(garbage[:12]):
                self.assert_uncertain(await self.error_after(says(garbage)), NetworkError)

    async def test_an_answer_without_end_is_given_up(self) -> None:
        async def flood(_call: Call, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()

        error = await self.error_after(flood, most_bytes=1_000_000)
        self.assert_uncertain(error, NetworkError)
        self.assertIn("longer than 1000000 bytes", error.message)

    async def test_an_error_page_without_end_is_cut(self) -> None:
        error = await self.error_after(says(reply(b"x" * 3_000_000, 502)))
        self.assert_uncertain(error, NetworkError)
        self.assertLess(len(error.message), 70_000)

    async def test_a_server_that_takes_nothing(self) -> None:
        async with Wire(raw=silence) as wire, AiohttpRequest(1, Timeouts(write=SOON)) as request:
            with self.assertRaises(TimedOut) as raised:
                await request.post(wire.url, data(text="x" * 50_000_000))
        self.assert_uncertain(raised.exception, TimedOut)

    async def test_a_timeout_of_nought_is_at_once_and_not_never(self) -> None:
        async with Wire(says(b"")) as wire, AiohttpRequest() as request:
            with self.assertRaises(TimedOut):
                await request.post(wire.url, read_timeout=0)

    async def test_the_timeout_of_a_call_counts_before_the_default(self) -> None:
        async with Wire(says(b"")) as wire, AiohttpRequest(timeouts=Timeouts(read=None)) as request:
            with self.assertRaises(TimedOut):
                await request.post(wire.url, read_timeout=SOON)


class KeptConnectionTests(FailureTestCase):
    """Connections that the server closed while nobody used them."""

    async def test_a_send_after_the_server_closed_the_idle_connection_goes_through(self) -> None:
        async def once(_call: Call, writer: asyncio.StreamWriter) -> None:
            writer.write(reply())
            await writer.drain()
            writer.close()

        async with Wire(once) as wire, AiohttpRequest(1) as request:
            for number in range(1, 6):
                self.assertIs(await request.post(wire.url, data(chat_id=number)), True)
            self.assertEqual((len(wire.calls), wire.connections), (5, 5))

    async def test_a_close_that_only_the_system_has_seen_is_seen(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/bot{TOKEN}/sendMessage"

            def serve() -> socket.socket:
                listener.settimeout(5)
                peer, _ = listener.accept()
                peer.recv(65_536)
                peer.sendall(reply())
                return peer

            async with AiohttpRequest(8) as request:
                for _ in range(3):
                    result, peer = await asyncio.gather(request.post(url), asyncio.to_thread(serve))
                    self.assertIs(result, True)
                    peer.close()  # the next call begins before the loop looks

    async def test_a_lost_place_for_each_failure_would_be_noticed(self) -> None:
        async def hang_up(_call: Call, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with Wire(hang_up) as wire, AiohttpRequest(1, Timeouts(pool=SOON)) as request:
            for _ in range(5):
                with self.assertRaises(NetworkError) as raised:
                    await request.post(wire.url)
                self.assertNotIsInstance(raised.exception, NotSent)
            wire.script = says(reply())
            self.assertIs(await request.post(wire.url), True)
