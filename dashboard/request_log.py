"""Around each request: what its log lines say of it, its id in the answer, and a line for one that took long."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from botcore.errors import crumbs
from botcore.logs import bind, trace_id_of

logger = logging.getLogger(__name__)

SLOW_MS = 1000.0
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id and a trace: those that it brings, else new ones."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        brought = request.headers.get("X-Request-ID", "")
        request_id = brought if REQUEST_ID.fullmatch(brought) else secrets.token_hex(8)
        trace_id = trace_id_of(request.headers.get("traceparent", ""))
        with crumbs.trail(), bind(action="request", request_id=request_id, trace_id=trace_id):
            started = time.perf_counter()
            response = get_response(request)
            _note(request, response.status_code, (time.perf_counter() - started) * 1000)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware


def _note(request: HttpRequest, status: int, duration_ms: float) -> None:
    """Log how it ended; without the query, which holds what people typed."""
    slow = duration_ms >= SLOW_MS
    fields = {"duration_ms": duration_ms, "status": status, "method": request.method, "path": request.path[:300]}
    words = "a request took long" if slow else "a request is answered"
    logger.log(logging.INFO if slow else logging.DEBUG, words, extra={"fields": fields})
