"""A few calls of the Bot API before the start, by the standard library: the bot's own way out takes long to load."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

SECONDS = 5.0  # for an answer, beyond the time that a poll waits
DONE = 200
UNDERSTOOD = {DONE, 401, 404, 409}  # done, a rejected token twice, and somebody else polls
LONGEST_ANSWER = 2**24  # bytes
BROKEN = (OSError, ValueError, http.client.HTTPException)  # no connection, no answer in time, nothing of HTTP


class AwayError(Exception):
    """Telegram does not answer; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What Telegram said; `time` is that of its clock, in seconds since 1970, None when it said none."""

    status: int
    body: Mapping[str, Any]
    time: float | None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The object that was asked for; an empty one when it was refused, or is none."""
        found = self.body.get("result")
        return found if isinstance(found, dict) else {}


def call(method: str, *, wait: float = 0.0, **parameters: object) -> Answer:
    """Call a method; raise AwayError when there is no answer of a Bot API server."""
    address = f"{settings.TELEGRAM_API_URL}/bot{settings.TELEGRAM_BOT_TOKEN}/{method}?{urlencode(parameters)}"
    try:
        return _read(*_fetched(address, SECONDS + wait))
    except BROKEN as exc:
        raise AwayError(str(getattr(exc, "reason", exc)) or type(exc).__name__) from None


def _fetched(address: str, seconds: float) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=seconds) as response:  # noqa: S310 (http_url() let it pass)
            return response.status, response.headers, response.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as exc:
        return exc.code, exc.headers, exc.read(LONGEST_ANSWER)


def _read(status: int, headers: Message, text: bytes) -> Answer:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = {}
    if status not in UNDERSTOOD or not isinstance(found, dict):
        raise AwayError(f"it answers with status {status}")
    if status == DONE and found.get("ok") is not True:
        raise AwayError("what answers there is no Bot API server")
    return Answer(status, found, _time(headers.get("Date", "")))


def _time(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
