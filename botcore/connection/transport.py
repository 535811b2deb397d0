"""HTTP to Telegram on aiohttp, in place of python-telegram-bot's own transport: Bot → AiohttpRequest → Connector.

A call that raises NotSent did not reach Telegram; any other TimedOut or NetworkError leaves open whether it did.
"""

import asyncio
import json
import logging
import math
import ssl
import sys
import time
from typing import Any

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    NonHttpUrlClientError,
)
from aiohttp.http_exceptions import HttpProcessingError
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from botcore import metrics
from botcore.connection.answers import UNREADABLE, note_asked
from botcore.connection.calls import outcome_of_error, outcome_of_status, series_for
from botcore.connection.connector import Connector
from botcore.connection.errors import NotConnected, PoolTimedOut, Unsendable
from botcore.connection.failures import reason
from botcore.connection.proxies import Proxies
from botcore.connection.refusals import read_refusal
from botcore.connection.salvage import salvage
from botcore.connection.timeouts import Timeouts, client_timeout, given_or, sum_of
from botcore.connection.upload import CHUNK, Upload, multipart

logger = logging.getLogger(__name__)

SPARE = 8  # connections beyond the places: some are still closing when their place is free again
IDLE_SECONDS = 30.0  # below the 75 s of nginx and most others, so that it is we who close an idle connection
NAMES_SECONDS = 60  # how long an address that DNS gave is used
MOST_BYTES = 64 * 1024 * 1024  # of an answer or download; a Bot API server gives files of 20 MB
MOST_ERROR_BYTES = 64 * 1024  # of an answer that is no success: the library puts it into the error's text
SMALL = 64 * 1024  # bytes that always fit into the buffers, so that nothing waits while they are written
SHOWN = 300  # characters of an unreadable answer in the log
HEADERS = {"User-Agent": BaseRequest.USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
DEFAULT = Timeouts()
JSON = {"Content-Type": "application/json"}


class Answer(dict[str, Any]):
    """What Telegram says; the library takes "result" for granted where the status is a success."""

    def __missing__(self, name: str) -> Any:
        """Raise the library's error for what it cannot read."""
        raise TelegramError(UNREADABLE)


class AiohttpRequest(BaseRequest):
    """At most `places` calls at once; ValueError for a proxy that cannot be used."""

    def __init__(
        self,
        places: int = 256,
        timeouts: Timeouts = DEFAULT,
        *,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._size = places
        self._timeouts = timeouts
        self._proxies = Proxies(proxy)
        self._tls = tls
        self._most_bytes = most_bytes
        self._session: ClientSession | None = None
        self._places = asyncio.Semaphore(places)

    @property
    def read_timeout(self) -> float | None:
        """Return the default read timeout in seconds."""
        return self._timeouts.read

    async def initialize(self) -> None:
        """Open the session in the running loop; do nothing when it is open."""
        if self._session is None or self._session.closed:
            self._places = asyncio.Semaphore(self._size)
            connector = Connector(
                limit=self._size + SPARE,
                keepalive_timeout=IDLE_SECONDS,
                ttl_dns_cache=NAMES_SECONDS,
                ssl=self._tls or True,
                enable_cleanup_closed=sys.version_info < (3, 12, 8),  # later Pythons close broken TLS themselves
            )
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), headers=HEADERS)

    async def shutdown(self) -> None:
        """Close every connection; initialize() opens the transport again."""
        if self._session is not None:
            await self._session.close()

    async def do_request(  # noqa: PLR0913, PLR0917 (as the library calls it)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and count it; return status and body."""
        if self._session is None or self._session.closed:
            raise RuntimeError(f"This {type(self).__name__} is not initialized!")
        series, started, outcome = series_for(url, method), time.perf_counter(), "network"
        metrics.API_IN_PROGRESS.inc()
        try:
            places = await self._take_place(given_or(pool_timeout, self._timeouts.pool))
            try:
                body = self._body(request_data, write_timeout)
                waits = self._waits(body, method, (connect_timeout, read_timeout, write_timeout))
                note_asked(url.rpartition("/")[2])
                status, answer = await self._exchange(self._session, (method, url), body, waits)
            finally:
                places.release()
            outcome = outcome_of_status(status)
        except BaseException as exc:
            outcome = outcome_of_error(exc)
            raise
        finally:
            metrics.API_IN_PROGRESS.dec()
            series.note(outcome, started)
        return status, answer if status < 300 else read_refusal(status, answer, is_call=method == "POST")

    async def _take_place(self, pool_timeout: float | None) -> asyncio.Semaphore:
        """Return what to release afterwards; raise PoolTimedOut."""
        places = self._places
        if not places.locked():
            await places.acquire()
            return places
        try:
            async with asyncio.timeout(pool_timeout):
                await places.acquire()
        except TimeoutError:
            raise PoolTimedOut(f"Pool timeout: all {self._size} places are taken; nothing was sent.") from None
        return places

    def _waits(self, body: bytes | Upload | None, verb: str, given: tuple[Any, Any, Any]) -> ClientTimeout:
        """Return the timeouts of one call, whose total allows each piece the time that it may wait."""
        own = self._timeouts
        connect, read = given_or(given[0], own.connect), given_or(given[1], own.read)
        write = body.most_seconds if isinstance(body, Upload) else given_or(given[2], own.write)
        pieces = 1 if verb == "POST" else math.ceil(self._most_bytes / CHUNK)
        reading = None if read is None else read * pieces
        return client_timeout(connect, read, sum_of(connect, write, reading, own.spare))

    def _body(self, data: RequestData | None, write_timeout: Any) -> bytes | Upload | None:
        """Return JSON, or a form when there are files; raise Unsendable for what is neither."""
        try:
            return None if data is None else self._written(data, write_timeout)
        except (TypeError, ValueError, AttributeError, RecursionError) as exc:
            raise Unsendable(f"The call cannot be written, nothing was sent ({type(exc).__name__}: {exc}).") from exc

    def _written(self, data: RequestData, write_timeout: Any) -> bytes | Upload | None:
        if data.contains_files:
            return multipart(data, write_timeout=given_or(write_timeout, self._timeouts.media_write))
        if not (parameters := data.parameters):
            return None
        body = json.dumps(parameters).encode()
        if len(body) <= SMALL:
            return body
        return Upload([body], JSON["Content-Type"], write_timeout=given_or(write_timeout, self._timeouts.write))

    async def _exchange(
        self, session: ClientSession, call: tuple[str, str], body: bytes | Upload | None, waits: ClientTimeout
    ) -> tuple[int, bytes]:
        """Send and read the answer; errors of aiohttp become the library's, without the address that they hold."""
        try:
            url = URL(call[1])
            async with session.request(
                call[0],
                url,
                data=body,
                headers=JSON if isinstance(body, bytes) else None,
                timeout=waits,
                proxy=self._proxies.choose(url),
                allow_redirects=False,
            ) as answer:
                return answer.status, await self._read(answer)
        except (InvalidURL, NonHttpUrlClientError) as exc:
            raise NotConnected(f"The address is not usable; nothing was sent ({reason(exc)}).") from None
        except (ClientError, HttpProcessingError, OSError) as exc:
            if isinstance(body, Upload) and body.failure:
                raise body.failure from None
            if isinstance(exc, TimeoutError):
                raise TimedOut from None
            raise NetworkError(f"The connection failed ({reason(exc)})") from None

    async def _read(self, answer: ClientResponse) -> bytes:
        """Return the body; raise NetworkError for an endless one, cut one that is no success."""
        success = answer.status < 300
        most = self._most_bytes if success else MOST_ERROR_BYTES
        body = bytearray()
        async for chunk in answer.content.iter_any():
            body += chunk
            if len(body) > most:
                if success:
                    raise NetworkError(f"The answer is longer than {most} bytes")
                del body[most:]
                break
        return bytes(body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; raise TelegramError for what is no JSON object, and log its beginning."""
        text = payload.decode("utf-8", "replace")
        try:
            found: Any = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            logger.warning("an answer is no JSON object: %r", text[:SHOWN])
            raise TelegramError(UNREADABLE)  # without a cause, which would keep the whole text
        return Answer(found)


class PollRequest(AiohttpRequest):
    """The transport of getUpdates: one entry that cannot be read must not hold up the others of its batch."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; of one that is no JSON as a whole, what can be read of it."""
        try:
            return AiohttpRequest.parse_json_payload(payload)
        except TelegramError:
            entries = salvage(payload)
            if not entries:
                raise
            return {"ok": True, "result": entries}
