"""A bot process' own port: /metrics, and self_report's pages for supervisors.

This machine reads it freely, others with METRICS_TOKEN, should BOT_METRICS_HOST let them in. It runs in a thread, so
that it answers also when the event loop is blocked, which is when it matters.
"""

import json
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from botcore.exceptions import safe_execute
from botcore.instruments import DECLARED, REGISTRY
from botcore.logs import in_context
from botcore.monitoring.self_report import Page
from botcore.monitoring.writer import text_of

logger = logging.getLogger(__name__)

Answer = tuple[HTTPStatus, str, bytes]  # status, content type, body

PORTS = 10  # how many ports a second, third … process on this machine tries
AT_ONCE = 16  # connections; more are closed at once
LIMIT_SECONDS = 3.0  # of one, whatever its caller does meanwhile
PORT = re.compile(r":\d*\Z")
HERE = "botdeck.here"
LOCAL = {"", "localhost", "127.0.0.1", "[::1]"}  # names of this machine: a page in a browser may not ask by another


class _Quiet(WSGIRequestHandler):
    def handle(self) -> None:
        """Answer; leave who says nothing, or one byte after the other."""
        end = threading.Timer(LIMIT_SECONDS, self._cut_off)
        end.daemon = True
        end.start()
        with suppress(OSError):
            super().handle()
        end.cancel()

    def _cut_off(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def get_environ(self) -> dict[str, Any]:
        """Add the address that this machine asked, "" for another one: a container's own is its, as loopback is."""
        found: dict[str, Any] = super().get_environ()
        address, own = self.client_address[0], self.connection.getsockname()[0]
        found[HERE] = own if address == own or ip_address(address).is_loopback else ""
        return found

    def address_string(self) -> str:
        """Ask no name server."""
        return str(self.client_address[0])

    def log_message(self, *_words: Any) -> None:
        """Keep requests out of the log."""


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection: who is slow holds up nobody else."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *where: Any) -> None:
        self.address_family = socket.AF_INET6 if ":" in where[0][0] else socket.AF_INET
        self._room = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(*where)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin the thread."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Be the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()


class BotServer:
    """Serves at the first free port from the given one; `port` is None when there was none. `pages` are by path.

    `token` opens it for other machines, when `host` is an address that they reach.
    """

    def __init__(
        self, first_port: int, pages: Mapping[str, Callable[[], Page]], *, host: str = "127.0.0.1", token: str = ""
    ) -> None:
        self._pages = pages
        self._token = token
        self._process = _process()
        self._server: WSGIServer | None = None
        self.port: int | None = None
        for port in range(first_port, min(first_port + PORTS, 65536)):
            try:
                self._server = make_server(host, port, self._answer, _Server, _Quiet)
            except OSError:
                continue  # another bot process has it
            self.port = port
            threading.Thread(target=in_context(self._server.serve_forever), name="metrics", daemon=True).start()
            return
        logger.warning("no free port from %s on: this process' metrics are only in its heartbeat", first_port)

    @classmethod
    def by_settings(cls, pages: Mapping[str, Callable[[], Page]]) -> "BotServer":
        """Serve where the settings say."""
        return cls(settings.BOT_METRICS_PORT, pages, host=settings.BOT_METRICS_HOST, token=settings.METRICS_TOKEN)

    def close(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status, kind, body = self._page(environ["PATH_INFO"], environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Type", kind)])
        return [body]

    @safe_execute(fallback=(HTTPStatus.INTERNAL_SERVER_ERROR, "text/plain", b"It failed; the log says why.\n"))
    def _page(self, path: str, environ: Mapping[str, Any]) -> Answer:
        if not environ[HERE]:
            if not self._opens(environ.get("HTTP_AUTHORIZATION", "")):
                return HTTPStatus.UNAUTHORIZED, "text/plain", b"Send the bearer token that METRICS_TOKEN names.\n"
        elif PORT.sub("", environ.get("HTTP_HOST", "")) not in {*LOCAL, environ[HERE]}:
            return HTTPStatus.BAD_REQUEST, "text/plain", b"This port is for its own machine: ask it as 127.0.0.1.\n"
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, "text/plain", b"There is nothing to change here.\n"
        if path == "/metrics":
            return self._metrics()
        if path not in self._pages:
            known = ", ".join(["/metrics", *self._pages])
            return HTTPStatus.NOT_FOUND, "text/plain", f"There are {known}.\n".encode()
        return self._report(self._pages[path])

    def _opens(self, sent: str) -> bool:
        return bool(self._token) and compare_digest(sent.encode(), f"Bearer {self._token}".encode())

    def _metrics(self) -> Answer:
        body = text_of(DECLARED[REGISTRY]).encode() + generate_latest(self._process)
        return HTTPStatus.OK, CONTENT_TYPE_LATEST, body

    @staticmethod
    def _report(make: Callable[[], Page]) -> Answer:
        page = make()
        status = HTTPStatus.OK if page.well else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "application/json", json.dumps(page.facts).encode() + b"\n"


def _process() -> CollectorRegistry:
    """Return what the system and Python say of this process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
