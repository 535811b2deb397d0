"""Alerts by e-mail: Django's mail on threads of its own, because a mail server may take its time."""

import asyncio
import smtplib
from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMessage

from botcore.alerts.failure import NotDelivered
from botcore.alerts.told import Told, safe
from botcore.logs import error_text

SECONDS = 30.0  # for all of it; each step with the server has EMAIL_TIMEOUT
SUBJECT = 150  # characters
THREADS = 2  # that a server which hangs can hold; more e-mails wait for these


class Mailer:
    """Sends e-mails until it is closed."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="alert mail")

    async def send(self, said: Told, to: str) -> None:
        """Send one; raise NotDelivered."""
        sending = asyncio.get_running_loop().run_in_executor(self._threads, compose(said, to).send)
        try:
            async with asyncio.timeout(SECONDS):
                await sending
        except TimeoutError:
            raise NotDelivered(f"The mail server did not answer within {SECONDS:.0f} s.", again=True) from None
        except (OSError, smtplib.SMTPException) as exc:
            raise NotDelivered(error_text(exc), again=not _is_final(exc)) from exc

    def close(self) -> None:
        """Leave threads that hang to themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def compose(said: Told, to: str) -> EmailMessage:
    """Return the e-mail: plain text, its subject on one line."""
    lines = [said.title, said.text, said.culprit and f"In {said.culprit}"]
    if said.condition and said.first_seen and said.state != "over":
        lines += [f"So it is since {said.first_seen:%Y-%m-%d %H:%M} UTC."]
    elif said.first_seen and said.last_seen:
        lines += [f"Occurrences: {said.count}, people: {said.people}"]
        lines += [f"Seen first: {said.first_seen:%Y-%m-%d %H:%M} UTC, last: {said.last_seen:%Y-%m-%d %H:%M} UTC"]
    lines += [f"- {line.title}{f' ({line.count})' if line.count else ''}" for line in said.lines]
    lines += [f"and {said.more} more" if said.more else "", said.link]
    subject = safe(f"[Botdeck] {said.heading}: {said.title}", SUBJECT)
    # The sender's name is DEFAULT_FROM_EMAIL; filters know automatic mail by this header (RFC 3834).
    return EmailMessage(subject, "\n".join(filter(None, lines)), to=[to], headers={"Auto-Submitted": "auto-generated"})


def _is_final(error: Exception) -> bool:
    """Tell a refusal that another try will not change: a reply from 500 on (RFC 5321)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
