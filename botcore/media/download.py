"""Getting a file from Telegram for a page: getFile, then its bytes in pieces, each as it comes.

The only calls to Telegram that the web process makes; reading a file says nothing to anybody. Both addresses hold the
token, and errors of the standard library hold addresses: none of them leaves this module.
"""

import errno
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from threading import BoundedSemaphore
from typing import Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener, getproxies

from django.conf import settings

from botcore.media import failures
from botcore.media.attachments import MOST_BYTES
from botcore.media.failures import NotFetched

logger = logging.getLogger(__name__)

PIECE = 64 * 1024
WAIT_SECONDS = 10.0  # for each piece of an answer
LONGEST_SECONDS = 120.0  # for a whole file, however steadily it drips
PLACES, QUEUE = 4, 2  # files under way at once in this process, and who waits for a place, of gunicorn's 8 threads
QUEUE_SECONDS = 5.0
MOST_ANSWER = 64 * 1024  # bytes of getFile's answer
FLOOD_SECONDS, MOST_FLOOD = 60, 3600
RANGE = re.compile(r"bytes=(?:\d{1,12}-\d{0,12}|-\d{1,12})")
CONTENT_RANGE = re.compile(r"bytes \d{1,12}-\d{1,12}/(?:\d{1,12}|\*)")
# Relative, with names that need no quoting; two dots would lead to the bot's other methods.
PATH = re.compile(r"(?!.*\.\.)[\w-][\w.~ ()+-]*(?:/[\w.~ ()+-]+)*")
LOCAL = re.compile(r"/|[A-Za-z]:")

_places, _queue = BoundedSemaphore(PLACES), BoundedSemaphore(PLACES + QUEUE)


class _NoRedirects(HTTPRedirectHandler):
    """Telegram sends nobody elsewhere."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing: it is an error like any other status."""


class Download:
    """A file on its way: go through its pieces once, and close it in any case."""

    def __init__(self, answer: HTTPResponse, release: Callable[[], None]) -> None:
        self._answer, self._release = answer, release
        self._until = time.monotonic() + LONGEST_SECONDS
        length, part = answer.headers.get("Content-Length", ""), answer.headers.get("Content-Range", "")
        self.length = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        self.part = part if answer.status == 206 and CONTENT_RANGE.fullmatch(part) else ""  # Content-Range
        self.is_clear = answer.status == 200 or bool(self.part)  # what of the file it is

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces; a file that breaks off breaks the connection, for its length has been told already."""
        passed = 0
        while True:
            try:
                piece = self._answer.read1(PIECE)
            except (OSError, HTTPException) as exc:
                _break_off(type(exc).__name__)
            if not piece:
                break
            passed += len(piece)
            if passed > MOST_BYTES or time.monotonic() > self._until:
                _break_off("too long")
            yield piece
        if self.length is not None and passed != self.length:  # the library says nothing of that
            _break_off("too short")

    def close(self) -> None:
        """Let go of the connection, and of the place; the second time does nothing."""
        release, self._release = self._release, _nothing
        self._answer.close()
        release()


def fetch(file_id: str, *, part: str = "") -> Download:
    """Begin to get a file, or the part that a Range header names; raise NotFetched."""
    if not settings.TELEGRAM_BOT_TOKEN:
        raise failures.rejected()
    release = _take_place()
    try:
        opener = _opener()
        path = _path_of(opener, file_id)
        asked = Request(_address("file/bot", quote(path)))  # noqa: S310 (settings.py takes http and https only)
        if RANGE.fullmatch(part):
            asked.add_header("Range", part)
        download = Download(_open(opener, asked), release)
    except BaseException:
        release()
        raise
    is_too_big = (download.length or 0) > MOST_BYTES
    if is_too_big or not download.is_clear:
        download.close()
        raise failures.too_big() if is_too_big else failures.away()
    return download


def _take_place() -> Callable[[], None]:
    """Wait a moment for a place; return what gives it back, once."""
    if not _queue.acquire(blocking=False):
        raise failures.busy(int(QUEUE_SECONDS))
    if not _places.acquire(timeout=QUEUE_SECONDS):
        _queue.release()
        raise failures.busy(int(QUEUE_SECONDS))
    held = [_places, _queue]

    def release() -> None:
        while held:
            held.pop().release()

    return release


def _path_of(opener: OpenerDirector, file_id: str) -> str:
    """Ask getFile where the file lies; raise NotFetched for what leads anywhere else."""
    body = json.dumps({"file_id": file_id}).encode()
    asked = Request(_address("bot", "getFile"), body, {"Content-Type": "application/json"})  # noqa: S310
    with _open(opener, asked) as answer:
        found = _object(_read(answer))
    result = found.get("result")
    path = result.get("file_path") if isinstance(result, dict) else None
    if not found.get("ok") or not isinstance(path, str):
        raise failures.gone() if found.get("ok") else failures.away()
    if not PATH.fullmatch(path):
        logger.warning("Telegram names a path of a file that is none")  # not which: a server of another may want that
        raise failures.on_the_servers_disk() if LOCAL.match(path) else failures.away()
    return path


def _address(kind: str, rest: str) -> str:
    return f"{settings.TELEGRAM_API_URL}/{kind}{settings.TELEGRAM_BOT_TOKEN}/{rest}"


def _opener() -> OpenerDirector:
    """Return what opens addresses, by the proxy that the environment names, as the bot's own calls go."""
    found = getproxies()
    proxies = {scheme: way for scheme in ("http", "https") if (way := found.get(scheme) or found.get("all"))}
    return build_opener(ProxyHandler(proxies), _NoRedirects())


def _open(opener: OpenerDirector, asked: Request) -> HTTPResponse:
    try:
        answer: HTTPResponse = opener.open(asked, timeout=WAIT_SECONDS)
    except HTTPError as exc:
        failure = _of_status(exc.code, _read(exc))
        exc.close()
    except (URLError, OSError, HTTPException, ValueError) as exc:
        reason = exc.reason if isinstance(exc, URLError) else exc
        failure = failures.slow() if isinstance(reason, TimeoutError) else failures.away()
        logger.warning("a file cannot be fetched from Telegram: %s", type(reason).__name__)
    else:
        return answer
    raise failure  # outside of `except`: the error there holds the address


def _read(answer: Any) -> bytes:
    try:
        read: bytes = answer.read(MOST_ANSWER)
    except (OSError, HTTPException):
        return b""
    return read


def _of_status(status: int, body: bytes) -> NotFetched:
    found = _object(body)
    words = str(found.get("description", "")).lower()
    if status == 400:
        return failures.too_big() if "too big" in words else failures.gone()
    if status == 416:
        return failures.out_of_range()
    if status in {401, 404}:
        return failures.rejected() if status == 401 else failures.gone()
    if status == 429:
        more = found.get("parameters")
        wait = more.get("retry_after") if isinstance(more, dict) else None
        return failures.flooded(min(wait, MOST_FLOOD) if isinstance(wait, int) and wait > 0 else FLOOD_SECONDS)
    return failures.away()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _break_off(why: str) -> NoReturn:
    """End the browser's connection; gunicorn takes this for one that was reset, and logs no error."""
    logger.warning("a file from Telegram breaks off: %s", why)
    raise ConnectionResetError(errno.ECONNRESET, "the file breaks off") from None


def _nothing() -> None:
    pass
