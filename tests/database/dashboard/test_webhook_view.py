"""The webhook on hosts with a single port: the Django view, through the middleware and through gunicorn's eyes."""

import io
import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client, TestCase, TransactionTestCase, override_settings

from botcore import metrics
from botcore.intake import views
from botcore.intake.delivery import LARGEST, SECRET_HEADER
from botcore.models import Update
from tests.database.dashboard.data import webhook
from tests.database.webhooks import as_long_as, body_of

ADDRESS = "/telegram/webhook/"
SECRET = "the-secret-one"
BOT = 1


class Wire(io.RawIOBase):
    """A body as gunicorn hands it out, which may break."""

    def __init__(self, body: bytes, error: OSError | None = None) -> None:
        super().__init__()
        self._body = io.BytesIO(body)
        self._error = error

    def read(self, size: int = -1) -> bytes:
        """Return what there is, or fail."""
        if self._error:
            raise self._error
        return self._body.read(size)


@override_settings(STATIC_ROOT=settings.BASE_DIR / "dashboard" / "static")  # no `collectstatic` here
class WebhookViewCase(TestCase):
    """A bot whose webhook has a secret."""

    def setUp(self) -> None:
        """Make the row that `runbot` makes."""
        webhook(bot_id=BOT)
        webhook(bot_id=2, secret="another")
        self.client = Client(enforce_csrf_checks=True)

    def deliver(self, body: bytes, *, secret: str | None = SECRET, method: str = "POST", **more: Any) -> Any:
        """Send a delivery."""
        headers = {} if secret is None else {SECRET_HEADER: secret}
        more = {"CONTENT_TYPE": "application/json", **more}  # the client says none of an empty body
        return self.client.generic(method, ADDRESS, body, headers=headers, **more)

    def status(self, body: bytes, **more: Any) -> int:
        """Return the answer's status; there is nothing else in it."""
        response = self.deliver(body, **more)
        self.assertEqual((response.content, dict(response.cookies)), (b"", {}))
        return int(response.status_code)


class DeliveryTests(WebhookViewCase):
    """What is taken and what is refused."""

    def test_an_update_is_stored_for_the_bot_whose_secret_it_carries(self) -> None:
        self.assertEqual(self.status(body_of(7, chat=3)), 200)
        self.assertEqual(self.status(body_of(8), secret="another"), 200)
        rows = Update.objects.order_by("update_id").values_list("bot_id", "update_id", "chat_id")
        self.assertEqual(list(rows), [(BOT, 7, 3), (2, 8, 1)])

    def test_a_repeat_is_kept_once(self) -> None:
        self.assertEqual([self.status(body_of(7)) for _ in range(2)], [200, 200])
        self.assertEqual(Update.objects.count(), 1)

    def test_an_address_without_the_last_slash_is_the_same(self) -> None:
        response = self.client.generic(
            "POST", ADDRESS.rstrip("/"), body_of(7), headers={SECRET_HEADER: SECRET}, content_type="application/json"
        )
        self.assertEqual((response.status_code, Update.objects.count()), (200, 1))

    def test_every_answer_is_counted_by_its_status(self) -> None:
        counted = {status: metrics.WEBHOOK_REQUESTS.labels(status) for status in ("200", "400", "403", "500", "503")}
        before = {status: counter._value.get() for status, counter in counted.items()}
        for body, secret in ((body_of(7), SECRET), (b"{", SECRET), (body_of(8), "wrong")):
            self.deliver(body, secret=secret)
        self.client.raise_request_exception = False
        for error in (OperationalError("away"), LookupError("a bug")):
            with patch.object(views, "bot_with_secret", side_effect=error), self.assertLogs(level="ERROR"):
                self.deliver(body_of(9))
        new = {status: counter._value.get() - before[status] for status, counter in counted.items()}
        self.assertEqual(new, dict.fromkeys(counted, 1))

    def test_who_does_not_know_the_secret_learns_nothing_else(self) -> None:
        for secret in (None, "", "wrong", SECRET + "x", "\xff\xfe"):
            for content_type in ("application/json", "text/plain"):
                self.assertEqual(self.status(b"{", secret=secret, CONTENT_TYPE=content_type), 403, secret)

    def test_a_bot_without_a_secret_takes_nothing(self) -> None:
        webhook(bot_id=3, secret="")
        self.assertEqual([self.status(body_of(7), secret=secret) for secret in ("", None)], [403, 403])

    def test_other_methods_are_refused_without_a_look_at_the_database(self) -> None:
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"):
            with self.assertNumQueries(0):
                response = self.deliver(b"", method=method)
            answer = (response.status_code, response.content, response.headers["Allow"])
            self.assertEqual(answer, (405, b"", "POST"), method)

    def test_other_types_and_what_is_no_update_are_refused(self) -> None:
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            self.assertEqual(self.status(body_of(7), CONTENT_TYPE=content_type), 415, content_type)
        for body in (b"", b"{", b"null", b"[" * 100_000, b"\xff\xfe", b'{"update_id": -7}', json.dumps([1]).encode()):
            self.assertEqual(self.status(body), 400, body[:20])
        self.assertEqual(Update.objects.count(), 0)

    def test_neither_cookies_nor_a_session_come_of_it(self) -> None:
        response = self.deliver(body_of(7))
        self.assertEqual((dict(response.cookies), "Cookie" in response.headers.get("Vary", "")), ({}, False))
        self.assertIn("no-store", response.headers["Cache-Control"])


class LengthTests(WebhookViewCase):
    """The body's length, said rightly, wrongly or not at all."""

    def chunked(self, body: bytes, error: OSError | None = None) -> int:
        """Deliver as gunicorn does when the body came in chunks."""
        return self.status(
            b"", **{"wsgi.input": Wire(body, error), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        )

    def test_a_mebibyte_is_taken_and_a_byte_more_is_not(self) -> None:
        self.assertEqual(self.status(as_long_as(LARGEST)), 200)
        self.assertEqual(self.status(as_long_as(LARGEST + 1)), 413)

    def test_a_body_of_100_mb_is_refused_before_it_is_read(self) -> None:
        unread = Wire(b"", OSError("it was read"))
        self.assertEqual(self.status(b"", **{"wsgi.input": unread, "CONTENT_LENGTH": str(100 * 2**20)}), 413)

    def test_a_body_in_chunks_is_read_to_its_end_and_no_further_than_a_mebibyte(self) -> None:
        self.assertEqual(self.chunked(body_of(7)), 200)
        self.assertEqual(self.chunked(as_long_as(LARGEST)), 200)
        self.assertEqual(self.chunked(as_long_as(LARGEST + 1)), 413)

    def test_without_a_length_and_without_a_server_that_knows_the_end_nothing_is_read(self) -> None:
        self.assertEqual(self.status(b"", **{"wsgi.input": Wire(body_of(7)), "CONTENT_LENGTH": ""}), 400)

    def test_a_length_that_is_too_short_or_too_long_is_no_update(self) -> None:
        for length in ("5", str(len(body_of(7)) - 1)):
            self.assertEqual(self.status(b"", **{"wsgi.input": Wire(body_of(7)), "CONTENT_LENGTH": length}), 400)
        cut = {"wsgi.input": Wire(body_of(7)[:-3]), "CONTENT_LENGTH": str(len(body_of(7)))}
        self.assertEqual(self.status(b"", **cut), 400)

    def test_a_sender_who_goes_away_is_no_error_of_ours(self) -> None:
        broken = OSError("connection reset by peer")
        self.assertEqual(self.chunked(b"", broken), 400)
        self.assertEqual(self.status(b"", **{"wsgi.input": Wire(b"", broken), "CONTENT_LENGTH": "50"}), 400)


@override_settings(STATIC_ROOT=settings.BASE_DIR / "dashboard" / "static")  # no `collectstatic` here
class OutageTests(TransactionTestCase):
    """The database is away."""

    def test_503_asks_telegram_to_come_again_in_one_sentence(self) -> None:
        def away(_execute: Callable[..., Any], *_: Any) -> Any:
            raise OperationalError("connection refused at db.internal:5432")

        headers = {SECRET_HEADER: SECRET}
        with connection.execute_wrapper(away), self.assertLogs("dashboard.middleware", "ERROR"):
            response = Client().post(ADDRESS, body_of(7), content_type="application/json", headers=headers)
        self.assertEqual((response.status_code, response.headers["Retry-After"]), (503, "5"))
        self.assertEqual(response.headers["Content-Type"], "text/plain; charset=utf-8")
        self.assertTrue(response.content.startswith(b"The database does not answer"), response.content)
        self.assertNotIn(b"\n", response.content)
        self.assertEqual(dict(response.cookies), {})
