"""Answers that are no success: who said no, for how long, and was Telegram asked?"""

import json
from typing import Any

from django.test import SimpleTestCase
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from botcore.connection.breaker import is_failure
from botcore.connection.deliver import state_after
from botcore.connection.errors import NotSent, Refused, TurnedAway, flood_wait
from botcore.connection.meanings import Meaning, meaning
from botcore.connection.retry import is_doubtful
from botcore.connection.transport import AiohttpRequest
from botcore.outbox.models import OutgoingState
from tests.unit.wire import TOKEN, Wire, data, reply, says

PAGE = b"<html>No, says the proxy</html>"


async def outcome(status: int, body: bytes | dict[str, Any]) -> TelegramError:
    """Return the error of a call that is answered so."""
    async with Wire(says(reply(body, status))) as wire, AiohttpRequest(2) as request:
        try:
            await request.post(wire.url, data(chat_id=1))
        except TelegramError as exc:
            return exc
    raise AssertionError("the call succeeded")


def no(status: int, **more: Any) -> dict[str, Any]:
    """Return Telegram's words."""
    return {"ok": False, "error_code": status, "description": "Words of Telegram", **more}


class FloodTests(SimpleTestCase):
    """Status 429, whatever comes with it."""

    async def test_it_is_a_flood_wait_of_one_second_to_one_hour(self) -> None:
        for said, seconds in {
            "7": 7, "0": 1, "-5": 1, "0.5": 1, "2.5": 3, '"3"': 3, '"soon"': 1, "null": 1, "[]": 1, "{}": 1,
            "NaN": 1, "Infinity": 3600, "1e300": 3600, "86400": 3600, "9" * 400: 1,
        }.items():  # fmt: skip
            with self.subTest(said[:20]):
                error = await outcome(429, b'{"ok":false,"parameters":{"retry_after":%s}}' % said.encode())
                self.assertIs(type(error), RetryAfter)
                self.assertEqual(flood_wait(error), seconds)  # type: ignore[arg-type]

    async def test_also_without_a_number(self) -> None:
        for body in (b"", PAGE, b"null", b"[1]", b'{"parameters":[7]}', json.dumps(no(429)).encode()):
            with self.subTest(body):
                error = await outcome(429, body)
                self.assertIs(type(error), RetryAfter)
                self.assertEqual(flood_wait(error), 1)  # type: ignore[arg-type]
                self.assertFalse(is_doubtful("sendMessage", error) or is_failure(error))


class RefusalTests(SimpleTestCase):
    """Other statuses in the 400s."""

    async def test_a_page_of_a_proxy_is_no_word_of_telegram(self) -> None:
        for status in (400, 401, 402, 403, 404, 405, 407, 409, 410, 418, 421, 422, 425, 451, 498):
            for body in (PAGE, b"", b"null", b'{"error": "forbidden"}'):
                with self.subTest(status, body=body):
                    error = await outcome(status, body)
                    self.assertIs(type(error), TurnedAway)
                    self.assertIsInstance(error, NotSent)
                    self.assertFalse(is_doubtful("sendMessage", error) or is_failure(error))
                    self.assertEqual(state_after(error), OutgoingState.QUEUED)
                    self.assertIs(meaning(error, "sendMessage"), Meaning.NOT_SENT)

    async def test_the_error_shows_the_page_without_the_token(self) -> None:
        error = await outcome(403, f"<h1>No way to /bot{TOKEN.replace(':', '%3A')}/sendMessage</h1>".encode())
        self.assertIn("Forbidden (403): b'<h1>No way to /bot[token]/sendMessage", error.message)

    async def test_telegrams_own_refusals_stay_what_they_are(self) -> None:
        kinds = {400: BadRequest, 401: InvalidToken, 403: Forbidden, 404: InvalidToken, 409: Conflict}
        for status, kind in kinds.items():
            error = await outcome(status, no(status))
            self.assertEqual((type(error), error.message), (kind, "Words of Telegram"))

    async def test_its_other_refusals_are_final_too(self) -> None:
        for status in (402, 405, 406, 410, 413, 420, 421, 422, 425, 451):
            with self.subTest(status):
                error = await outcome(status, no(status))
                self.assertEqual((type(error), error.message), (Refused, "Words of Telegram"))
                self.assertFalse(is_doubtful("sendMessage", error) or is_failure(error))
                self.assertEqual(state_after(error), OutgoingState.FAILED)

    async def test_what_is_too_large_for_a_proxy_stays_so(self) -> None:
        for status in (413, 414, 431):
            error = await outcome(status, PAGE)
            self.assertIs(type(error), Refused)
            self.assertEqual(state_after(error), OutgoingState.FAILED)

    async def test_a_request_timeout_is_unclear(self) -> None:
        error = await outcome(408, PAGE)
        self.assertIs(type(error), NetworkError)
        self.assertTrue(is_doubtful("sendMessage", error))

    async def test_details_of_the_wrong_type_are_left_out(self) -> None:
        for more in ({"parameters": [1]}, {"parameters": "x"}, {"description": 7}, {"description": None}):
            with self.subTest(more):
                self.assertIs(type(await outcome(400, no(400, **more))), BadRequest)
                self.assertIs(type(await outcome(502, no(502, **more))), NetworkError)
        error = await outcome(500, no(500, parameters={"retry_after": "x"}))
        self.assertEqual(flood_wait(error), 1)  # type: ignore[arg-type]

    async def test_a_file_that_a_web_server_does_not_find_is_the_librarys_error(self) -> None:
        async with Wire(says(reply(PAGE, 404))) as wire, AiohttpRequest() as request:
            with self.assertRaises(InvalidToken):
                await request.retrieve(wire.url)
