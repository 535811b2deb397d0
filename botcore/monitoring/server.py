"""A bot process' own port on the loopback interface: /metrics, and /healthz for supervisors.

It runs in a thread, so that it answers also when the event loop is blocked, which is when it matters.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, make_wsgi_app

from botcore import metrics
from botcore.monitoring.watchdog import Health

logger = logging.getLogger(__name__)

PORTS = 10  # how many ports a second, third … process on this machine tries


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Keep requests out of the log."""


class BotServer:
    """Serves at the first free port from the given one; `port` is None when there was none."""

    def __init__(self, first_port: int, health: Callable[[], Health]) -> None:
        self._health = health
        self._metrics = make_wsgi_app(_registry())
        self._server: WSGIServer | None = None
        self.port: int | None = None
        for port in range(first_port, min(first_port + PORTS, 65536)):
            try:
                self._server = make_server("127.0.0.1", port, self._answer, handler_class=_Quiet)
            except OSError:
                continue  # another bot process has it
            self.port = port
            threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
            return
        logger.warning("no free port from %s on: this process' metrics are only in its heartbeat", first_port)

    def close(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            return self._metrics(environ, start_response)  # type: ignore[no-any-return]
        health = self._health()
        status = HTTPStatus.OK if health.alive else HTTPStatus.SERVICE_UNAVAILABLE
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps({"alive": health.alive, "detail": health.words}).encode() + b"\n"]


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(metrics.REGISTRY)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
