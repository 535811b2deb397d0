"""Alerts by e-mail, over a real server on loopback."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from unittest import mock

from django.test import SimpleTestCase, override_settings

from botcore.alerts import mail
from botcore.alerts.failure import NotDelivered
from botcore.alerts.mail import Mailer
from botcore.alerts.told import Line, Told
from tests.unit.smtp_server import MailServer

AT = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def said(**changes: Any) -> Told:
    """Return an alert about a new error."""
    facts: dict[str, Any] = {
        "pk": 5, "reason": "new", "title": "KeyError: 'Alice'", "text": "", "at": AT, "link": "https://bot.example/errors/7/",
        "group_id": 7, "culprit": "botcore.handlers.start:start", "level": "error", "state": "new", "count": 12,
        "people": 3, "first_seen": AT, "last_seen": AT,
    }  # fmt: skip
    return Told(**{**facts, **changes})


class MailTests(SimpleTestCase):
    """One e-mail to Bob."""

    async def send(self, alert: Told, answers: Mapping[str, str | None] | None = None, **changes: Any) -> MailServer:
        """Send it to a server with this script; return the server."""
        mailer = Mailer()
        self.addCleanup(mailer.close)
        async with MailServer(answers) as server:
            where = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port, **changes}
            with override_settings(**where):
                await mailer.send(alert, "bob@example.org")
        return server

    async def refused(self, answers: Mapping[str, str | None], **changes: Any) -> NotDelivered:
        """Return why it was not delivered."""
        with self.assertRaises(NotDelivered) as caught:
            await self.send(said(), answers, **changes)
        return caught.exception

    async def mail(self, alert: Told) -> Message:
        """Return the e-mail as it arrived."""
        (found,) = (await self.send(alert)).mails
        return found

    async def test_an_alert_arrives_with_what_is_known(self) -> None:
        found = await self.mail(said())
        self.assertEqual((found["To"], found["Subject"]), ("bob@example.org", "[Botdeck] New error: KeyError: 'Alice'"))
        self.assertEqual(found["Auto-Submitted"], "auto-generated")
        lines = found.get_payload(decode=True).decode().split()  # type: ignore[union-attr]
        self.assertIn("https://bot.example/errors/7/", lines)
        self.assertIn("12,", lines)

    async def test_a_digest_lists_its_errors(self) -> None:
        lines = tuple(Line("new", f"Error {number}", number, number) for number in range(3))
        alert = said(
            reason="digest", title="3 alerts", group_id=None, first_seen=None, last_seen=None, lines=lines, more=2
        )
        text = (await self.mail(alert)).get_payload(decode=True).decode()  # type: ignore[union-attr]
        self.assertIn("- Error 2 (2)", text)
        self.assertIn("and 2 more", text)

    async def test_no_title_adds_a_header_or_a_recipient(self) -> None:
        found = await self.mail(said(title="x\r\nBcc: charlie@example.org\r\n\r\nbody\x00\u2028y"))
        self.assertIsNone(found["Bcc"])
        subject = found["Subject"].replace("\r\n ", " ").replace("\n ", " ")  # as long headers are folded
        self.assertEqual(subject, "[Botdeck] New error: x Bcc: charlie@example.org body y")
        self.assertEqual(found["To"], "bob@example.org")

    async def test_a_refusal_for_good_is_not_tried_again(self) -> None:
        self.assertFalse((await self.refused({"RCPT": "550 no such person"})).again)
        self.assertFalse((await self.refused({"MAIL": "553 not from you"})).again)

    async def test_trouble_that_passes_is_tried_again(self) -> None:
        self.assertTrue((await self.refused({"RCPT": "450 try later"})).again)
        self.assertTrue((await self.refused({"EHLO": "421 too busy", "HELO": "421 too busy"})).again)
        self.assertTrue((await self.refused({}, EMAIL_PORT=9)).again)  # nobody listens

    async def test_a_server_that_hangs_is_given_up(self) -> None:
        self.assertTrue((await self.refused({"DATA": None}, EMAIL_TIMEOUT=0.2)).again)
        with mock.patch.object(mail, "SECONDS", 0.2):
            error = await self.refused({"DATA": None}, EMAIL_TIMEOUT=2)
        self.assertIn("did not answer", str(error))

    @override_settings(EMAIL_HOST_USER="bot", EMAIL_HOST_PASSWORD="secret-password-1")
    async def test_the_password_is_in_no_error(self) -> None:
        error = await self.refused({"MAIL": "535 secret-password-1 is wrong"}, EMAIL_HOST_USER="")
        self.assertNotIn("secret-password-1", str(error))
