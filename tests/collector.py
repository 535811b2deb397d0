"""A server that takes what goes to Sentry (envelopes) and to an OpenTelemetry collector (OTLP), and shows it."""

import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PATIENCE = 60.0  # seconds: a bound for a machine under load, not an expectation


class Collector:
    """Listens on a free port; use as a context manager. `holds`: answers nobody before the end."""

    def __init__(self, *, holds: bool = False) -> None:
        self.taken: list[tuple[str, bytes]] = []  # path and body
        self.headers: list[dict[str, str]] = []
        self._free = threading.Event()
        if not holds:
            self._free.set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding") == "gzip"
                collector.headers.append({name.lower(): value for name, value in self.headers.items()})
                collector.taken.append((self.path, gzip.decompress(body) if packed else body))
                collector._free.wait(PATIENCE)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_args: object) -> None:
                """Be silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> "Collector":
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let everybody go."""
        self._free.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def dsn(self) -> str:
        """Its address as Sentry's project 1."""
        return f"http://thepublickey@127.0.0.1:{self._server.server_port}/1"

    def wait(self, count: int) -> None:
        """Return when so many requests have come."""
        deadline = time.monotonic() + PATIENCE
        while len(self.taken) < count:
            assert time.monotonic() < deadline, "nothing came"
            time.sleep(0.01)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in Sentry's envelopes: a line for the envelope, then a line and a payload for each item."""
        lines = [body.splitlines()[1:] for path, body in self.taken if path == "/api/1/envelope/"]
        items = [pair for rest in lines for pair in zip(rest[::2], rest[1::2], strict=True)]
        return [json.loads(payload) for head, payload in items if json.loads(head)["type"] == "event"]

    @property
    def spans(self) -> list[dict[str, Any]]:
        """The spans: name, trace, id, parent, failed, and their attributes by name."""
        requests = [ExportTraceServiceRequest.FromString(body) for path, body in self.taken if path == "/v1/traces"]
        return [
            {
                "name": span.name,
                "trace": span.trace_id.hex(),
                "id": span.span_id.hex(),
                "parent": span.parent_span_id.hex(),
                "failed": span.status.code == span.status.STATUS_CODE_ERROR,
                **{pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes},
            }
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]
