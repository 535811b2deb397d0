"""Deliveries that fail: when they are tried again or given up, and what getWebhookInfo tells of it."""

import asyncio
import gzip
import math
from collections.abc import Awaitable, Callable
from unittest import TestCase

from aiohttp import web

from sandbox.connections import Connections
from sandbox.setbacks import Setback
from tests.unit.sandbox.kit import until
from tests.unit.sandbox.receiver import Received, WebhookCase

ALICE, BOB = 1, 2
HOUR = 3600


class Retries(WebhookCase):
    async def test_the_first_retry_comes_at_once_then_after_2_4_8_seconds(self) -> None:
        self.receiver.fail()
        await self.set_webhook()
        self.say("a")
        await self.pause()
        self.assertEqual(len(self.receiver.received), 2)
        for tries, seconds in enumerate((2, 4, 8, 16, 32), start=3):
            self.assertEqual(await self.pause(), seconds)
            self.clock.advance(seconds - 1)
            self.assertEqual(await self.pause(), 1)
            self.clock.advance(1)
            await self.receiver.arrived(*"a" * tries)

    def test_no_wait_is_longer_than_a_random_one_of_60_to_120_seconds(self) -> None:
        longest = set()
        for _ in range(300):
            setback = Setback()
            for _ in range(20):
                setback = setback.next(0, 0)
            longest.add(setback.until)
        self.assertTrue(longest <= set(range(60, 121)), longest)
        self.assertGreater(len(longest), 10)

    async def test_a_success_ends_the_retries_and_the_next_update_starts_anew(self) -> None:
        self.receiver.fail()
        await self.set_webhook()
        self.say("a")
        await self.pause()
        self.receiver.agree()
        self.clock.advance(2)
        await self.emptied()
        self.receiver.fail()
        self.say("b")
        self.assertEqual(await self.pause(), 2)
        self.assertEqual(self.receiver.texts(), ["a", "a", "a", "b", "b"])

    async def test_the_connection_is_kept_after_a_failure(self) -> None:
        self.receiver.reply(status=500, text="x" * 2_000_000)
        await self.set_webhook()
        self.say("a")
        await self.pause()
        first, second = self.receiver.received
        self.assertEqual(first.client, second.client)

    async def test_a_failing_update_holds_up_its_own_chat_only(self) -> None:
        async def answer(received: Received, _: web.Request) -> web.Response:
            return web.Response(status=500 if received.text == "bad" else 200)

        self.receiver.answer = answer
        await self.set_webhook()
        self.say("bad", "after it")
        self.say("from Bob", person=BOB)
        await until(lambda: self.pending() == 2)
        self.assertEqual(await self.pause(), 2)
        self.assertEqual(sorted(self.receiver.texts()), ["bad", "bad", "from Bob"])

    async def test_a_retry_after_is_obeyed_and_then_the_schedule_goes_on(self) -> None:
        self.receiver.fail(429, Retry_After="7")
        await self.set_webhook()
        self.say("a")
        self.assertEqual(await self.pause(), 7)
        self.assertEqual(self.receiver.texts(), ["a"])
        self.receiver.fail()
        self.clock.advance(7)
        await self.receiver.arrived("a", "a")
        self.assertEqual(await self.pause(), 2)

    async def test_a_retry_after_is_at_most_an_hour_and_nonsense_is_ignored(self) -> None:
        await self.set_webhook()
        for value, pause in (("3601", HOUR), ("9" * 5000, HOUR), ("soon", 2), ("-5", 2), ("0", 2), ("1.5", 2)):
            with self.subTest(value[:9]):
                self.receiver.fail(503, Retry_After=value)
                self.say("a")
                self.assertEqual(await self.pause(), pause)
                await self.set_webhook(drop_pending_updates=True)

    async def test_a_redirect_is_a_failure_and_not_followed(self) -> None:
        self.receiver.fail(307, Location=f"{self.receiver.address}/elsewhere")
        await self.set_webhook()
        self.say("a")
        await self.failed("Wrong response from the webhook: 307 Temporary Redirect")
        await self.pause()
        self.assertEqual(self.receiver.paths(), ["/hook", "/hook"])

    async def test_no_answer_within_60_seconds_is_a_failure(self) -> None:
        self.receiver.hold("a")
        await self.set_webhook()
        self.say("a")
        await self.receiver.arrived("a")
        self.clock.advance(59)
        self.assertEqual(self._alarms(), [self.clock.now() + 1])
        self.clock.advance(1)
        await self.receiver.arrived("a", "a")
        await self.failed("Read timeout expired")


class Pace(TestCase):
    """How many deliveries there are at once."""

    def taken(self, connections: Connections, now: float, most: int = 40) -> int:
        """Take as many as there are."""
        return sum(connections.take(now, most) == 0 for _ in range(most + 1))

    def test_before_a_success_and_ten_seconds_after_the_last_there_is_one(self) -> None:
        connections = Connections()
        self.assertEqual((self.taken(connections, 0), connections.take(5, 40)), (1, math.inf))
        connections.give_back(6, succeeded=True, kept=True)
        self.assertEqual(self.taken(connections, 16), 11)
        self.assertEqual(self.taken(connections, 16.5), 0)
        self.assertEqual(connections.take(17, 40), math.inf)

    def test_while_all_is_well_ten_are_opened_in_half_a_second_up_to_the_most(self) -> None:
        connections = Connections()
        connections.take(0, 25)
        connections.give_back(0, succeeded=True, kept=True)
        self.assertEqual([self.taken(connections, now, 25) for now in (0, 0.2, 0.5, 1, 1.5)], [11, 0, 10, 4, 0])

    def test_one_that_was_cut_off_is_opened_anew_two_seconds_after_it_was_opened(self) -> None:
        connections = Connections()
        for now, wait in ((0, 0), (0.5, 1.5), (2, 0), (2, 2)):
            self.assertEqual(connections.take(now, 40), wait)
            if not wait:
                connections.give_back(now, succeeded=False, kept=False)


class Lifetime(WebhookCase):
    async def press(self, *data: str) -> None:
        markup = {"inline_keyboard": [[{"text": text, "callback_data": text} for text in data]]}
        sent = await self.result("sendMessage", chat_id=ALICE, text="b", reply_markup=markup)
        for text in data:
            self.world.press(ALICE, ALICE, sent["message_id"], text)

    async def test_an_update_that_would_be_tried_too_late_is_dropped(self) -> None:
        await self.set_webhook()
        self.receiver.fail(Retry_After="151")
        await self.press("go")
        await self.emptied()
        self.assertEqual((self.receiver.texts(), self.clock._alarms), (["go"], []))

    async def test_an_update_that_can_be_tried_in_time_is_kept(self) -> None:
        await self.set_webhook()
        self.receiver.fail(Retry_After="149")
        await self.press("go")
        self.assertEqual((await self.pause(), self.pending()), (149, 1))
        self.clock.advance(149)
        await self.receiver.arrived("go", "go")
        await self.emptied()

    async def test_an_update_that_grew_too_old_behind_another_is_dropped(self) -> None:
        await self.set_webhook()
        self.receiver.fail(Retry_After="100")
        await self.press("first", "second")
        await self.pause()
        self.receiver.hold("first")
        self.clock.advance(100)
        await self.receiver.arrived("first", "first")
        self.clock.advance(50)
        self.assertEqual(self.pending(), 0)
        self.receiver.agree()
        self.receiver.let_go("first")
        self.say("later")
        await self.receiver.arrived("first", "first", "later")
        await until(lambda: not self.world.bot().queue._pending)


class Endless(WebhookCase):
    """Answers that would fill the memory; each is read so far only, and counts as a failure."""

    async def test_an_answer_without_end_is_left(self) -> None:
        beginnings = {
            "application/json": (200, b""),
            "multipart/form-data; boundary=b": (
                200,
                b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n",
            ),
            "text/html": (500, b""),
        }
        for kind, (status, beginning) in beginnings.items():
            with self.subTest(kind):
                ended = asyncio.Event()
                self.receiver.answer = _endless(status, kind, beginning, ended)
                await self.set_webhook(f"{self.receiver.address}/{status}/{kind}")
                self.say("a")
                await asyncio.wait_for(ended.wait(), 60)
                await self.failed("Webhook connection closed")
                self.world.bot().queue.clear()

    async def test_an_answer_packed_small_is_left(self) -> None:
        bomb = gzip.compress(b" " * 4 * 2**20)
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        self.receiver.reply(body=bomb, headers=headers)
        await self.set_webhook()
        self.say("a")
        await self.failed("Webhook connection closed")

    async def test_a_form_with_broken_parts_asks_for_nothing(self) -> None:
        parts = b"--b\r\nContent-Disposition: form-data; name=a\r\n" + b"a: b\r\n" * 20_000 + b"\r\n1\r\n--b--\r\n"
        self.receiver.reply(body=parts, headers={"Content-Type": "multipart/form-data; boundary=b"})
        await self.set_webhook()
        with self.assertNoLogs("sandbox", "ERROR"):
            self.say("a")
            await self.emptied()

    async def test_a_reason_that_is_no_text_is_told_as_far_as_it_is_one(self) -> None:
        self.receiver.reply(status=500, reason="\u00ff bad")
        await self.set_webhook()
        self.say("a")
        await self.pause()
        told = (await self.info())["last_error_message"]
        self.assertTrue(told.isprintable() and told.encode(), told)


def _endless(
    status: int, kind: str, beginning: bytes, ended: asyncio.Event
) -> Callable[[Received, web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_: Received, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(beginning)
        try:
            while True:
                await response.write(b" " * 2**20)
        except ConnectionError:
            ended.set()
        return response

    return answer


class Errors(WebhookCase):
    async def test_a_wrong_status_is_told_with_its_time(self) -> None:
        self.receiver.fail(500)
        await self.set_webhook()
        always = {"url", "has_custom_certificate", "pending_update_count", "max_connections", "ip_address"}
        self.assertEqual(set(await self.info()), always)
        self.say("a")
        await self.failed("Wrong response from the webhook: 500 Internal Server Error")
        info = await self.info()
        self.assertEqual(info["last_error_date"], int(self.clock.now()))
        self.assertEqual((info["pending_update_count"], info["max_connections"]), (1, 40))

    async def test_the_last_error_is_told_after_a_success_too(self) -> None:
        self.receiver.fail(502)
        await self.set_webhook()
        self.say("a")
        await self.pause()
        self.receiver.agree()
        self.clock.advance(2)
        await self.emptied()
        await self.failed("Wrong response from the webhook: 502 Bad Gateway")

    async def test_what_the_network_says_is_told(self) -> None:
        for url, words in (
            ("http://127.0.0.1:1/", "Connection refused"),
            ("http://localhost:1/", "Connection refused"),
            (self.url.replace("http:", "https:"), "SSL error {"),
            ("http://127.0.0.1:99999/", "Invalid webhook URL specified"),
        ):
            with self.subTest(url):
                await self.set_webhook(url)
                self.say("a")
                self.assertEqual(await self.pause(), 2)
                message = (await self.info())["last_error_message"]
                self.assertTrue(message.startswith(words), message)

    async def test_a_connection_cut_off_is_told(self) -> None:
        async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
            writer.close()

        server = await self.enterAsyncContext(await asyncio.start_server(cut, "127.0.0.1", 0))
        await self.set_webhook(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        self.say("a")
        await self.failed("Webhook connection closed")
        await self.result("deleteWebhook")
        await self.idle()

    async def test_connections_that_are_cut_off_are_made_anew_every_two_seconds_at_most(self) -> None:
        made: list[float] = []

        async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            made.append(self.clock.now())
            writer.close()

        server = await self.enterAsyncContext(await asyncio.start_server(cut, "127.0.0.1", 0))
        await self.set_webhook(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        began = self.clock.now()
        for chat in range(5):
            self.world.deliver({"message": {"text": "x", "chat": {"id": chat}}})
        for number in range(1, 5):
            await until(lambda number=number: len(made) == number)  # type: ignore[misc]
            await self.pause()
            self.clock.advance(2)
        self.assertEqual([at - began for at in made[:4]], [0, 2, 4, 6])

    async def test_a_webhook_that_is_gone_for_more_than_23_hours_is_removed(self) -> None:
        self.receiver.fail(410, Retry_After="3600")
        await self.set_webhook()
        self.say("a")
        for hour in range(1, 24):
            self.assertEqual(await self.pause(), HOUR)
            self.clock.advance(HOUR)
            await self.receiver.arrived(*"a" * (hour + 1))
        await self.emptied()  # the next retry would be after its lifetime
        self.assertEqual((await self.info())["url"], self.url)
        self.clock.advance(1)
        self.say("b")
        await until(lambda: self.world.bot().webhook is None)
        self.assertEqual(self.pending(), 1)

    async def test_another_answer_between_makes_410_count_anew(self) -> None:
        self.receiver.fail(410)
        await self.set_webhook()
        self.say("a")
        await self.pause()
        self.receiver.fail(500)
        self.clock.advance(23 * HOUR)
        await self.receiver.arrived("a", "a", "a")
        await self.pause()
        self.receiver.fail(410)
        self.clock.advance(HOUR // 2)
        await self.receiver.arrived("a", "a", "a", "a")
        await self.pause()
        self.assertEqual((await self.info())["url"], self.url)
