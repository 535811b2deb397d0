"""Alerts to a webhook: JSON by POST, signed; no redirects, proxies and cookies, and little of the answer is read."""

import hashlib
import hmac
import json
import time
from datetime import timedelta

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DefaultResolver,
    DummyCookieJar,
    TCPConnector,
)
from django.conf import settings
from yarl import URL

from botcore.alerts.addresses import PrivateAddressError, PublicResolver, check_literal
from botcore.alerts.failure import NotDelivered
from botcore.alerts.told import Told, as_json
from botcore.logs import error_text

SECONDS = 10.0
MOST_READ = 64 * 1024  # bytes of the answer
SHOWN = 200  # characters of it
LONGEST_WAIT = timedelta(minutes=15)  # that a receiver can ask for


async def post(said: Told, delivery_pk: int) -> None:
    """Post the alert; raise NotDelivered."""
    body = json.dumps(as_json(said), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": f"botdeck/{settings.VERSION}", **sign(body)}
    headers["X-Botdeck-Delivery"] = str(delivery_pk)  # the same at every try
    try:
        await _post(URL(settings.ALERT_WEBHOOK_URL), body, headers)
    except TimeoutError:
        raise NotDelivered(f"The webhook did not answer within {SECONDS:.0f} s.", again=True) from None
    except PrivateAddressError as exc:
        raise NotDelivered(f"{exc}: write ALERT_WEBHOOK_PRIVATE=1 if that is meant.", again=False) from exc
    except (ClientError, OSError) as exc:
        if isinstance(cause := exc.__cause__, PrivateAddressError):
            raise NotDelivered(f"{cause}: write ALERT_WEBHOOK_PRIVATE=1 if that is meant.", again=False) from exc
        raise NotDelivered(error_text(exc), again=True) from exc


def sign(body: bytes) -> dict[str, str]:
    """Return the headers that prove the sender: the HMAC of "timestamp.body" with ALERT_WEBHOOK_SECRET."""
    if not settings.ALERT_WEBHOOK_SECRET:
        return {}
    moment = str(int(time.time()))
    digest = hmac.new(settings.ALERT_WEBHOOK_SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return {"X-Botdeck-Timestamp": moment, "X-Botdeck-Signature": f"sha256={digest.hexdigest()}"}


async def _post(url: URL, body: bytes, headers: dict[str, str]) -> None:
    if not settings.ALERT_WEBHOOK_PRIVATE:
        check_literal(url.host or "")
    resolver = DefaultResolver() if settings.ALERT_WEBHOOK_PRIVATE else PublicResolver()
    connector = TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
    limits = ClientTimeout(total=SECONDS)
    async with (
        ClientSession(connector=connector, cookie_jar=DummyCookieJar(), timeout=limits) as session,
        session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        await _judge(answer)


async def _judge(answer: ClientResponse) -> None:
    """Raise NotDelivered for an answer that is none from 200 to 299; 429 and 5xx may change."""
    text = (await answer.content.read(MOST_READ)).decode("utf-8", "replace")[:SHOWN]
    if 200 <= answer.status < 300:
        return
    words = f"The webhook answered {answer.status}. {text}".strip()
    again = answer.status >= 500 or answer.status in {408, 429}
    raise NotDelivered(words, again=again, wait=_wait(answer.headers.get("Retry-After", "")))


def _wait(header: str) -> timedelta:
    """Return what Retry-After says in seconds; a date is not read."""
    is_number = header.isascii() and header.isdigit() and len(header) < 9
    return min(timedelta(seconds=int(header)), LONGEST_WAIT) if is_number else timedelta()
