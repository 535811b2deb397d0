"""Parsers of the variables about alerts, for settings.py: quiet hours, e-mail, the webhook's address."""

import re
from datetime import time
from email.utils import parseaddr
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from botproject.environment import words

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465, "consolemail": 25}  # by scheme
MAIL_NAMES = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
NO_MAIL = {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
_QUIET_HOURS = re.compile(r"(\d\d):(\d\d) ?[-–] ?(\d\d):(\d\d)(?: +(\S+))?")


class QuietHours(NamedTuple):
    """A time of every day, in a zone, over midnight when it ends before it begins."""

    start: time
    end: time
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M} {self.zone.key}"


def quiet_hours(text: str) -> QuietHours:
    """Parse `22:00-07:00 Europe/Berlin`; without a zone it is UTC."""
    found = _QUIET_HOURS.fullmatch(text)
    if found is None:
        raise ValueError
    *numbers, zone = found.groups()
    start_hour, start_minute, end_hour, end_minute = map(int, numbers)
    start, end = time(start_hour, start_minute), time(end_hour, end_minute)
    if start == end:
        raise ValueError("it begins when it ends")
    try:
        return QuietHours(start, end, ZoneInfo(zone or "UTC"))
    except (OSError, ValueError, KeyError):
        raise ValueError(f"there is no time zone {zone[:40]!r}") from None


def email_server(text: str) -> dict[str, Any]:
    """Parse a mail server's address into Django's settings; the complaint repeats nothing of it."""
    scheme = text.partition("://")[0]
    if scheme not in MAIL_PORTS:
        raise ValueError
    try:
        config: dict[str, Any] = environ.Env.email_url_config(text)
    except ValueError:  # its text may hold a part of the password
        raise ValueError("it cannot be read as an address") from None
    if scheme != "consolemail" and not config["EMAIL_HOST"]:
        raise ValueError("the server has no name")
    found = {name: config.get(f"EMAIL_{name}") for name in MAIL_NAMES}
    return {name: value for name, value in {**found, "PORT": found["PORT"] or MAIL_PORTS[scheme]}.items() if value}


def email_addresses(text: str) -> list[str]:
    """Parse a comma separated list of bare e-mail addresses."""
    for address in (found := words(text)):
        _check(address)
    return found


def email_sender(text: str) -> str:
    """Parse an address that may have a name: `Botdeck <bot@example.org>`."""
    if not text.isprintable():
        raise ValueError
    _check(parseaddr(text)[1])
    return text


def hook_url(text: str) -> str:
    """Parse the address that alerts are posted to; never repeat it, for it may hold a secret."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
        raise ValueError
    if not text.isprintable() or " " in text or parts.username is not None:
        raise ValueError("no white space and no login allowed")
    _ = parts.port
    return text


def _check(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"{address[:60]!r} is no e-mail address") from None
