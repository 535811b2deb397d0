"""HTTP to Telegram on aiohttp, in place of python-telegram-bot's own transport: Bot → AiohttpRequest → Connector.

A call that raises NotSent did not reach Telegram; any other TimedOut or NetworkError leaves open whether it did.
"""

import asyncio
import json
import logging
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
from botcore.connection.calls import outcome_of_error, outcome_of_status, series_for
from botcore.connection.connector import Connector
from botcore.connection.errors import NotConnected, PoolTimedOut
from botcore.connection.failures import reason
from botcore.connection.proxies import Proxies
from botcore.connection.salvage import salvage
from botcore.connection.timeouts import Timeouts, client_timeout, given_or
from botcore.connection.upload import Upload, multipart

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
        waits = client_timeout(
            given_or(connect_timeout, self._timeouts.connect), given_or(read_timeout, self._timeouts.read)
        )
        metrics.API_IN_PROGRESS.inc()
        try:
            places = await self._take_place(given_or(pool_timeout, self._timeouts.pool))
            try:
                body = self._body(request_data, write_timeout)
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
        return status, answer

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

    def _body(self, data: RequestData | None, write_timeout: Any) -> bytes | Upload | None:
        """Return JSON, or a form when there are files."""
        if data is None:
            return None
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
        """Return the answer; raise TelegramError for what is no JSON, and log its beginning."""
        text = payload.decode("utf-8", "replace")
        try:
            found: dict[str, Any] = json.loads(text)
        except (ValueError, RecursionError):
            logger.warning("an answer is no JSON: %r", text[:SHOWN])
            raise TelegramError("Invalid server response") from None  # the cause would keep the whole text
        return found


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
