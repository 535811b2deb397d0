"""Intake by webhook: a real server and a real client; what is answered with 200 is stored, whatever else comes."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator

from django.test import TransactionTestCase

from botcore import metrics
from botcore.exceptions import ConfigurationError
from botcore.intake.delivery import LARGEST, PATH, SECRET_HEADER
from botcore.models import Lane, Update
from tests.database.statements import statements
from tests.database.webhooks import BOT, HOST, JSON, SECRET, as_long_as, body_of, serving

HEAD = f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nContent-Type: {JSON}\r\n"
LOG = "botcore.intake.webhook"


def head(**headers: str | int) -> bytes:
    """Return the head of a delivery with the right secret."""
    lines = {SECRET_HEADER: SECRET, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return (HEAD + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode()


def chunk(data: bytes) -> bytes:
    """Return a piece of a body whose length is not said."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def numbers() -> list[int]:
    """Return the stored updates' numbers."""
    return [number async for number in Update.objects.order_by("update_id").values_list("update_id", flat=True)]


class DeliveryTests(TransactionTestCase):
    """What is taken, and what is refused without a word."""

    def setUp(self) -> None:
        """Nobody was woken."""
        self.woken = 0

    def wake(self) -> None:
        """Count the worker's wake-ups."""
        self.woken += 1

    async def test_an_update_is_stored_and_its_lane_is_ready_when_200_comes(self) -> None:
        async with serving(on_update=self.wake) as telegram:
            status, body, _ = await telegram.send(body_of(7, chat=3))
            self.assertEqual((status, body, self.woken), (200, b"", 1))
            row = await Update.objects.aget()
            self.assertEqual((row.bot_id, row.update_id, row.chat_id, row.kind), (BOT, 7, 3, "message"))
            self.assertEqual(await Lane.objects.filter(key=3, ready_at__isnull=False).acount(), 1)
            self.assertEqual(await telegram.post(body_of(8), path=PATH.rstrip("/")), 200)

    async def test_a_repeat_is_agreed_to_and_kept_once(self) -> None:
        before = metrics.UPDATES_DUPLICATE._value.get()
        async with serving() as telegram:
            self.assertEqual([await telegram.post(body_of(7)) for _ in range(3)], [200, 200, 200])
        self.assertEqual(await numbers(), [7])
        self.assertEqual(metrics.UPDATES_DUPLICATE._value.get() - before, 2)

    async def test_who_does_not_know_the_secret_learns_nothing_else(self) -> None:
        async with serving(on_update=self.wake) as telegram:
            for secret in ("", "wrong", SECRET.upper(), SECRET + "x", SECRET[:-1], None):
                for content_type in (JSON, "text/plain"):
                    status, body, _ = await telegram.send(body_of(7), secret=secret, content_type=content_type)
                    self.assertEqual((status, body), (403, b""), secret)
            odd = f"{SECRET_HEADER}: ".encode() + b"\xff\xfe\r\n"
            answer = await telegram.raw(HEAD.encode() + odd + b"Content-Length: 2\r\n\r\n{}")
            self.assertEqual(answer, "HTTP/1.1 403 Forbidden")
        self.assertEqual((await numbers(), self.woken), ([], 0))

    async def test_other_methods_types_and_places_are_refused(self) -> None:
        async with serving() as telegram:
            for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
                status, body, headers = await telegram.send(None, method=method)
                self.assertEqual((status, body, headers["Allow"]), (405, b"", "POST"), method)
            for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", None):
                self.assertEqual(await telegram.post(body_of(7), content_type=content_type), 415, content_type)
            self.assertEqual(await telegram.post(body_of(7), content_type="Application/JSON; charset=utf-8"), 200)
            self.assertEqual(await telegram.post(body_of(8), path="/"), 404)
        self.assertEqual(await numbers(), [7])

    async def test_what_is_no_update_is_refused(self) -> None:
        deep = b'{"update_id": 1, "message": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
        bodies = [
            b"", b"{", b"null", b"[]", b'"text"', b"{}", b"\xff\xfe\x00", b"1" * 10_000, b"[" * 100_000, deep,
            b'{"update_id": "7"}', b'{"update_id": -7}', b'{"update_id": true}', b'{"update_id": 1e3}',
            b'{"update_id": 99999999999999999999}', gzip.compress(body_of(7)),
        ]  # fmt: skip
        async with serving() as telegram:
            with self.assertNoLogs(LOG, "WARNING"):
                for body in bodies:
                    status, answer, _ = await telegram.send(body)
                    self.assertEqual((status, answer), (400, b""), body[:40])
                self.assertEqual(await telegram.post(body_of(7), Content_Encoding="identity"), 200)
                self.assertEqual(await telegram.post(b"no gzip", Content_Encoding="gzip"), 400)
        self.assertEqual(await numbers(), [7])

    async def test_a_body_of_a_mebibyte_is_taken_and_a_byte_more_is_not(self) -> None:
        async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
            yield body[:1000]
            yield body[1000:]

        async with serving() as telegram:
            self.assertEqual(await telegram.post(as_long_as(LARGEST)), 200)
            self.assertEqual(await telegram.post(in_chunks(as_long_as(LARGEST))), 200)
            self.assertEqual(
                await telegram.raw(head(Content_Length=LARGEST + 1)), "HTTP/1.1 413 Request Entity Too Large"
            )
            chunked = head(Transfer_Encoding="chunked")
            answer = await telegram.raw(chunked, chunk(as_long_as(LARGEST + 1)), b"0\r\n\r\n")
            self.assertEqual(answer, "HTTP/1.1 413 Request Entity Too Large")

    async def test_a_body_of_100_mb_is_refused_before_it_is_read(self) -> None:
        async with serving() as telegram:
            answer = await telegram.raw(head(Content_Length=100 * 2**20))
            self.assertEqual(answer, "HTTP/1.1 413 Request Entity Too Large")
            answer = await telegram.raw(head(Transfer_Encoding="chunked"), chunk(bytes(2 * 2**20)))  # and it goes on
            self.assertEqual(answer, "HTTP/1.1 413 Request Entity Too Large")
            stranger = HEAD.encode() + f"Content-Length: {100 * 2**20}\r\n\r\n".encode()
            self.assertEqual(await telegram.raw(stranger), "HTTP/1.1 403 Forbidden")
            self.assertEqual(await telegram.post(body_of(7)), 200)

    async def test_a_body_that_does_not_come_is_not_waited_for_for_ever(self) -> None:
        async with serving(body_seconds=0.05) as telegram:
            answer = await telegram.raw(head(Content_Length=100), b'{"update_id"')
            self.assertEqual(answer, "HTTP/1.1 408 Request Timeout")
            answer = await telegram.raw(head(Transfer_Encoding="chunked"), b"5\r\nhe")
            self.assertEqual(answer, "HTTP/1.1 408 Request Timeout")

    async def test_garbage_and_senders_who_hang_up_leave_no_traceback(self) -> None:
        async with serving() as telegram:
            with self.assertNoLogs(level="WARNING"):
                answer = await telegram.raw(head(Transfer_Encoding="chunked"), b"zz\r\nhello\r\n")
                self.assertTrue(answer.endswith("400 Bad Request"), answer)
                await telegram.raw(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
                await telegram.raw(head(Content_Length="many"))
                await telegram.raw(head(Content_Length=100), b"{", hang_up=True)
                self.assertEqual(await telegram.post(body_of(7)), 200)
        self.assertEqual(await numbers(), [7])

    async def test_every_answer_is_counted_by_its_status(self) -> None:
        counted = {status: metrics.WEBHOOK_REQUESTS.labels(status) for status in ("200", "400", "403", "405", "415")}
        before = {status: counter._value.get() for status, counter in counted.items()}
        async with serving() as telegram:
            await telegram.post(body_of(7))
            await telegram.post(b"{")
            await telegram.post(body_of(7), secret="wrong")
            await telegram.post(body_of(7), method="PUT")
            await telegram.post(body_of(7), content_type="text/plain")
        self.assertEqual(
            {status: counted[status]._value.get() - before[status] for status in counted}, dict.fromkeys(counted, 1)
        )


class GroupCommitTests(TransactionTestCase):
    """Deliveries at the same moment."""

    async def test_many_at_once_share_few_transactions_and_each_is_stored_when_it_is_answered(self) -> None:
        async def deliver(number: int) -> bool:
            return await telegram.post(body_of(number, chat=number % 7)) == 200

        async with serving() as telegram, statements() as seen:
            self.assertTrue(all(await asyncio.gather(*(deliver(number) for number in range(1, 101)))))
        inserts = [sql for sql in seen if "INSERT INTO botcore_update " in sql]
        self.assertTrue(1 <= len(inserts) <= 25, len(inserts))
        self.assertEqual(await numbers(), list(range(1, 101)))

    async def test_a_batch_with_repeats_in_it_is_stored_once(self) -> None:
        async with serving() as telegram:
            answers = await asyncio.gather(*(telegram.post(body_of(number % 5)) for number in range(40)))
        self.assertEqual((set(answers), await numbers()), ({200}, [0, 1, 2, 3, 4]))


class PortTests(TransactionTestCase):
    """The port that is listened on."""

    async def test_several_processes_of_a_machine_share_it(self) -> None:
        async with serving() as first, serving(port=first.port) as second:
            self.assertEqual(second.port, first.port)
            answers = [await second.post(body_of(number), Connection="close") for number in range(1, 20)]
        self.assertEqual(set(answers), {200})
        self.assertEqual(await numbers(), list(range(1, 20)))

    async def test_one_that_another_program_has_is_a_sentence(self) -> None:
        with socket.socket() as other:
            other.bind((HOST, 0))
            other.listen()
            port = other.getsockname()[1]
            with self.assertRaisesRegex(ConfigurationError, f"^WEBHOOK_PORT: {HOST}:{port} cannot be listened on"):
                async with serving(port=port):
                    self.fail("it listens")
