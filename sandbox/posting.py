"""One delivery: posts an update to a webhook's address and reads the answer. When and in which order: webhook.py."""

import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from yarl import URL

from sandbox.bodies import BROKEN
from sandbox.bot_api import PARAMETERS_BYTES
from sandbox.bots import Webhook
from sandbox.strict_json import read_json

FILES_BYTES = 60 * 2**20  # of an answer that is a form: a bot may upload 50 MB
FAILURE_BYTES = 4 * 2**20  # of a failure, which is read only so that the connection can be kept
CONNECTION_CLOSED = "Webhook connection closed"
_NOT_IN_ANSWERS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})


@dataclass(frozen=True, slots=True)
class Delivered:
    """A 2xx answer; it may carry a call of a method of the Bot API."""

    method: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Anything else, in the real server's words; `status` and `retry_after` (seconds) are 0 if there is none."""

    message: str
    status: int = 0
    retry_after: int = 0


def open_session() -> aiohttp.ClientSession:
    """Prepare for posting; nothing in it watches the time, which is the sandbox's clock's work."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(),
        headers={"Content-Type": "application/json", "Connection": "keep-alive", "Accept-Encoding": "gzip, deflate"},
        skip_auto_headers=("Accept", "User-Agent"),
    )


async def post(http: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> Delivered | Failed:
    """Post one update once."""
    body, secret = json.dumps(update).encode(), webhook.secret_token
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    trust = _trusting(webhook.certificate) if webhook.certificate else True
    try:
        url, name = _destination(webhook, headers)
        async with http.post(
            url, data=body, headers=headers, allow_redirects=False, ssl=trust, server_hostname=name
        ) as response:
            if 200 <= response.status <= 299:
                return _delivered(await _fields(response))
            await _read(response, FAILURE_BYTES)  # else the connection could not be kept
            reason = (response.reason or "").encode(errors="replace").decode()
            message = f"Wrong response from the webhook: {response.status} {reason}"
            return Failed(message, response.status, _retry_after(response))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Failed(_words(error))


def _destination(webhook: Webhook, headers: dict[str, str]) -> tuple[str, str | None]:
    """Where to connect to: an address that was asked for takes the place of the name, which is told all the same."""
    if not webhook.ip_address:
        return webhook.url, None
    url = URL(webhook.url)
    headers["Host"] = url.authority.rpartition("@")[2]
    return str(url.with_host(webhook.ip_address)), url.host if url.scheme == "https" else None


@lru_cache(maxsize=16)
def _trusting(certificate: str) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=certificate)


def _delivered(fields: Mapping[str, Any]) -> Delivered:
    method = fields.get("method")
    if not isinstance(method, str) or method.lower().startswith("get") or method.lower() in _NOT_IN_ANSWERS:
        return Delivered()
    return Delivered(method, fields)


async def _fields(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    """Read an answer's JSON object or form; whatever cannot be read as one is no call."""
    if response.content_type == "multipart/form-data":
        return await _multipart(response)
    body = await _read(response, PARAMETERS_BYTES)
    if response.content_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(errors="replace")))
    if response.content_type != "application/json":
        return {}
    try:
        value = read_json(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _multipart(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}
    room = FILES_BYTES
    try:
        async for part in aiohttp.MultipartReader.from_response(response):
            if isinstance(part, aiohttp.BodyPartReader) and part.name:
                content = bytearray()
                while chunk := await part.read_chunk():
                    room -= len(chunk)
                    _check_fits(room)
                    content += chunk
                fields[part.name] = bytes(content) if part.filename else content.decode(errors="replace")
    except BROKEN:
        return {}
    return fields


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Read an answer of so many bytes at most. Raises ClientPayloadError."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        _check_fits(most - len(body))
    return bytes(body)


def _check_fits(room: int) -> None:
    if room < 0:
        raise aiohttp.ClientPayloadError("The answer is too large.")


def _retry_after(response: aiohttp.ClientResponse) -> int:
    value = response.headers.get("Retry-After", "").strip()
    return int(value[:9]) if value.isascii() and value.isdigit() else 0


def _words(error: Exception) -> str:
    """Say what went wrong as the real server does, which mostly repeats the operating system."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"Failed to resolve host: {error.os_error.strerror}"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"SSL error {{{error}}}"
    if isinstance(error, aiohttp.InvalidURL):
        return "Invalid webhook URL specified"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return CONNECTION_CLOSED
