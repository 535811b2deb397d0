"""A bot process' heart: writes its heartbeat every few seconds, with its counters, and serves them on its own port."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from wsgiref.simple_server import WSGIServer

import prometheus_client
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.monitoring.services import Beat, beat

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
PORTS = 10  # how many ports a second, third … process on this machine tries


def process_name() -> str:
    """Return `host:pid`, which names this process in leases and heartbeats."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


class Heart:
    """Beats until cancelled."""

    def __init__(self, said: Beat, *, last_poll_at: Callable[[], datetime | None]) -> None:
        self._said = said
        self._last_poll_at = last_poll_at

    async def run(self) -> None:
        """Beat for ever, with patience while the database is away."""
        while True:
            async for attempt in patiently("heartbeat"):
                with attempt:
                    await self.beat("running")
            await asyncio.sleep(BEAT_SECONDS)

    async def beat(self, state: str) -> None:
        """Write one heartbeat."""
        said = replace(
            self._said,
            state=state,
            last_poll_at=self._last_poll_at(),
            metrics=generate_latest(metrics.REGISTRY).decode(),
        )
        await in_database(beat, said)


class MetricsServer:
    """Serves this process' metrics on the loopback interface, at the first free port from the given one."""

    def __init__(self, first_port: int) -> None:
        registry = CollectorRegistry()
        registry.register(metrics.REGISTRY)
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.port: int | None = None
        self._server: WSGIServer | None = None
        for port in range(first_port, min(first_port + PORTS, 65536)):
            try:
                self._server, _ = prometheus_client.start_http_server(port, addr="127.0.0.1", registry=registry)
            except OSError:
                continue  # another bot process has it
            self.port = port
            return
        logger.warning("no free port from %s on: this process' metrics are only in its heartbeat", first_port)

    def close(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
