"""The transport's everyday work: answers and their meaning, what is sent, life and death, places and figures."""

import asyncio
import json
from typing import Any

from django.test import SimpleTestCase
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from botcore import metrics
from botcore.connection.errors import NotSent, PoolTimedOut
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest, PollRequest
from tests.unit.wire import TOKEN, Call, Wire, data, reply, says


def counted(method: str, outcome: str) -> float:
    """Return the counter's value."""
    labels = {"method": method, "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("botdeck_api_requests_total", labels) or 0


class AnswerTests(SimpleTestCase):
    """What an answer becomes."""

    async def outcome(self, answer: bytes) -> Any:
        """Return the result of a call that is answered so, or its error."""
        async with Wire(says(answer)) as wire, AiohttpRequest(2) as request:
            try:
                return await request.post(wire.url, data(chat_id=1))
            except TelegramError as exc:
                return exc

    async def test_a_result_comes_back(self) -> None:
        self.assertEqual(await self.outcome(reply({"ok": True, "result": {"a": [1, "ü"]}})), {"a": [1, "ü"]})

    async def test_every_status_is_the_error_that_the_library_knows(self) -> None:
        for status, kind in (
            (400, BadRequest),
            (401, InvalidToken),
            (403, Forbidden),
            (404, InvalidToken),
            (409, Conflict),
            (302, NetworkError),
            (500, NetworkError),
            (502, NetworkError),
            (599, NetworkError),
        ):
            with self.subTest(status):
                error = await self.outcome(reply({"ok": False, "description": "Words of Telegram"}, status))
                self.assertIs(type(error), kind)
                self.assertEqual(error.message, "Words of Telegram")

    async def test_parameters_of_an_error_are_understood(self) -> None:
        error = await self.outcome(reply({"ok": False, "parameters": {"retry_after": 7}}, 429))
        self.assertIsInstance(error, RetryAfter)
        self.assertEqual(error._retry_after.total_seconds(), 7)
        error = await self.outcome(reply({"ok": False, "parameters": {"migrate_to_chat_id": -1007}}, 400))
        self.assertIsInstance(error, ChatMigrated)
        self.assertEqual(error.new_chat_id, -1007)
        error = await self.outcome(reply({"ok": False, "description": "Odd", "parameters": {"odd": 1}}, 400))
        self.assertIs(type(error), BadRequest)
        self.assertIn("'odd': 1", error.message)

    async def test_what_is_no_answer_is_an_error(self) -> None:
        for body in (b"<html>", b"", b"[" * 100_000, b'{"ok": true', b"null", b"[]", b"7", b"{}", b'{"ok": true}'):
            with self.subTest(body[:9]):
                error = await self.outcome(reply(body))
                self.assertEqual((type(error), error.message), (TelegramError, "Invalid server response"))
        error = await self.outcome(reply(b"<html>", 502))
        self.assertIs(type(error), NetworkError)
        self.assertIn("Bad Gateway (502). Parsing the server response b'<html>' failed", error.message)

    async def test_unknown_characters_are_replaced(self) -> None:
        self.assertEqual(await self.outcome(reply(b'{"ok": true, "result": "\xff"}')), "\ufffd")

    async def test_the_log_shows_the_beginning_of_what_is_no_json(self) -> None:
        with self.assertLogs("botcore.connection.transport", "WARNING") as logs:
            await self.outcome(reply(b"x" * 100_000))
        self.assertLess(len(logs.output[0]), 400)

    async def test_a_compressed_answer_is_not_asked_for(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data(chat_id=1))
        self.assertEqual(wire.calls[0].headers["accept-encoding"], "identity")

    async def test_a_redirect_is_not_followed(self) -> None:
        async with Wire() as other:
            away = f"HTTP/1.1 307 Away\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode()
            self.assertIs(type(await self.outcome(away)), NetworkError)
        self.assertEqual(other.calls, [])


class CallTests(SimpleTestCase):
    """What is sent."""

    async def test_parameters_travel_as_json(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data(chat_id=-5, text="Grüße \U0001f600", silent=True, markup={"a": [1]}))
        (call,) = wire.calls
        self.assertEqual((call.verb, call.path), ("POST", f"/bot{TOKEN}/sendMessage"))
        self.assertEqual(call.headers["content-type"], "application/json")
        self.assertEqual(call.headers["user-agent"], HTTPXRequest.USER_AGENT)
        self.assertEqual(
            json.loads(call.body), {"chat_id": -5, "text": "Grüße \U0001f600", "silent": True, "markup": {"a": [1]}}
        )

    async def test_a_call_without_parameters_has_no_body(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data())
            await request.post(wire.url)
        self.assertEqual([(call.body, call.headers["content-length"]) for call in wire.calls], [(b"", "0")] * 2)

    async def test_a_very_long_call_arrives_whole(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            await request.post(wire.url, data(text="ü" * 500_000))
        self.assertEqual(json.loads(wire.calls[0].body), {"text": "ü" * 500_000})
        self.assertEqual(wire.calls[0].headers["content-type"], "application/json")

    async def test_cookies_are_forgotten(self) -> None:
        baked = reply().replace(b"\r\n", b"\r\nSet-Cookie: a=b\r\n", 1)
        async with Wire(says(baked)) as wire, AiohttpRequest() as request:
            for _ in range(2):  # by name: nobody keeps cookies of a bare number
                await request.post(wire.url.replace("127.0.0.1", "localhost"))
        self.assertNotIn("cookie", wire.calls[1].headers)

    async def test_a_connection_is_used_again(self) -> None:
        async with Wire() as wire, AiohttpRequest() as request:
            for _ in range(5):
                await request.post(wire.url, data(chat_id=1))
            self.assertEqual(wire.connections, 1)

    async def test_a_download_returns_its_bytes(self) -> None:
        before = counted("download", "ok")
        async with Wire(says(reply(b"\x00\xff" * 50_000))) as wire, AiohttpRequest() as request:
            self.assertEqual(await request.retrieve(f"{wire.url}/files/a%20b.jpg"), b"\x00\xff" * 50_000)
        self.assertTrue(wire.calls[0].path.endswith("/files/a%20b.jpg"))
        self.assertEqual(counted("download", "ok"), before + 1)


class LifeTests(SimpleTestCase):
    """Opening and closing."""

    async def test_before_it_is_opened_it_refuses_like_the_default_transport(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "This AiohttpRequest is not initialized!"):
            await AiohttpRequest().do_request("http://127.0.0.1:9/getMe", "POST")

    async def test_after_closing_it_refuses_until_it_is_opened_again(self) -> None:
        async with Wire() as wire:
            request = PollRequest()
            for _ in range(2):
                await request.initialize()
                await request.initialize()
                self.assertIs(await request.post(wire.url), True)
                await request.shutdown()
                await request.shutdown()
                with self.assertRaisesRegex(RuntimeError, "This PollRequest is not initialized!"):
                    await request.do_request(wire.url, "POST")

    async def test_closing_ends_the_calls_under_way(self) -> None:
        async with Wire(says(b"")) as wire:
            request = AiohttpRequest(1, Timeouts(read=None, pool=None))
            await request.initialize()
            calls = [asyncio.create_task(request.post(wire.url)) for _ in range(3)]
            while not wire.calls:
                await asyncio.sleep(0)
            await request.shutdown()
            errors = await asyncio.gather(*calls, return_exceptions=True)
        self.assertEqual([type(error) for error in errors], [NetworkError] * 3)
        self.assertEqual(len(wire.calls), 1)

    async def test_the_defaults_are_those_of_the_library(self) -> None:
        theirs = HTTPXRequest()
        ours = Timeouts()
        timeout = theirs._client.timeout
        self.assertEqual(
            (ours.read, ours.write, ours.connect, ours.pool, ours.media_write),
            (timeout.read, timeout.write, timeout.connect, timeout.pool, theirs._media_write_timeout),
        )
        self.assertEqual(AiohttpRequest().read_timeout, theirs.read_timeout)
        self.assertEqual(AiohttpRequest(timeouts=Timeouts(read=None)).read_timeout, None)
        await theirs.shutdown()


class PlaceTests(SimpleTestCase):
    """How many calls there are at once."""

    def setUp(self) -> None:
        self.go_on = asyncio.Event()
        self.most = self.now = 0

    async def hold(self, _call: Call, writer: asyncio.StreamWriter) -> None:
        """Answer when the test says so."""
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go_on.wait()
        self.now -= 1
        writer.write(reply())

    async def arrived(self, wire: Wire, count: int) -> None:
        """Wait until that many calls are at the server."""
        while len(wire.calls) < count:
            await asyncio.sleep(0)

    async def test_a_call_without_a_place_was_not_sent(self) -> None:
        before = counted("sendMessage", "pool")
        async with Wire(self.hold) as wire, AiohttpRequest(1, Timeouts(pool=0.01)) as request:
            first = asyncio.create_task(request.post(wire.url))
            await self.arrived(wire, 1)
            with self.assertRaises(PoolTimedOut) as raised:
                await request.post(wire.url)
            self.assertIsInstance(raised.exception, NotSent)
            self.go_on.set()
            self.assertIs(await first, True)
            self.assertIs(await request.post(wire.url), True)
        self.assertEqual(len(wire.calls), 2)
        self.assertEqual(counted("sendMessage", "pool"), before + 1)

    async def test_never_more_calls_than_places_are_at_the_server(self) -> None:
        async with Wire(self.hold) as wire, AiohttpRequest(3, Timeouts(pool=None)) as request:
            calls = [asyncio.create_task(request.post(wire.url, data(n=n))) for n in range(20)]
            await self.arrived(wire, 3)
            self.go_on.set()
            self.assertEqual(await asyncio.gather(*calls), [True] * 20)
        self.assertEqual((self.most, wire.connections), (3, 3))

    async def test_a_cancelled_call_gives_its_place_back(self) -> None:
        before = counted("sendMessage", "cancelled")
        async with Wire(self.hold) as wire, AiohttpRequest(1, Timeouts(pool=0.01)) as request:
            for number in range(3):
                call = asyncio.create_task(request.post(wire.url))
                await self.arrived(wire, number + 1)
                call.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await call
            self.go_on.set()
            self.assertIs(await request.post(wire.url), True)
        self.assertEqual(counted("sendMessage", "cancelled"), before + 3)

    async def test_a_call_that_is_cancelled_while_it_waits_takes_no_place(self) -> None:
        async with Wire(self.hold) as wire, AiohttpRequest(1, Timeouts(pool=None)) as request:
            first = asyncio.create_task(request.post(wire.url))
            await self.arrived(wire, 1)
            waiting = asyncio.create_task(request.post(wire.url))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait({waiting})
            self.go_on.set()
            self.assertIs(await first, True)
            self.assertIs(await request.post(wire.url), True)
        self.assertEqual(len(wire.calls), 2)


class FigureTests(SimpleTestCase):
    """What is counted."""

    async def test_each_outcome_is_counted_by_method(self) -> None:
        for status, outcome in ((200, "ok"), (429, "flood"), (400, "client"), (502, "server")):
            with self.subTest(status):
                before = counted("sendMessage", outcome)
                async with Wire(says(reply({"ok": status == 200}, status))) as wire, AiohttpRequest() as request:
                    await request.do_request(wire.url, "POST")
                self.assertEqual(counted("sendMessage", outcome), before + 1)
        self.assertEqual(metrics.API_IN_PROGRESS._value.get(), 0)

    async def test_what_bots_seldom_call_and_what_is_no_method_make_no_series_of_their_own(self) -> None:
        before = counted("other", "ok")
        async with Wire() as wire, AiohttpRequest() as request:
            for name in ("setMyName", "1" * 500):
                await request.do_request(wire.url.replace("sendMessage", name), "POST")
        self.assertEqual(counted("other", "ok"), before + 2)
