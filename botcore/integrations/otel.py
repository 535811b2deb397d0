"""Spans of updates and of calls to Telegram on their way to a collector, by OTLP over HTTP, in batches by a thread.

Imported only when OTEL_EXPORTER_OTLP_ENDPOINT is set. A span's trace id stands in every log line inside of it.
"""

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Status, StatusCode

from botcore.integrations import Value
from botcore.logs import CONTEXT, bind, keep_secret

logger = logging.getLogger(__name__)

TIMEOUT = 10.0  # seconds of one delivery with its repeats; OTLP's own default
ID_DIGITS = 32  # of a trace id in hexadecimal


class OpenTelemetry:
    """The tracer of this process."""

    def __init__(self) -> None:
        for value in settings.OTEL_EXPORTER_OTLP_HEADERS.values():
            keep_secret(value)
        about = {"service.name": settings.OTEL_SERVICE_NAME, "service.version": settings.RELEASE}
        self._processor = BatchSpanProcessor(
            _Exporter(
                endpoint=f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces",
                headers=settings.OTEL_EXPORTER_OTLP_HEADERS,
                timeout=TIMEOUT,
            )
        )
        provider = TracerProvider(resource=Resource.create(about), id_generator=_Ids(), shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("botdeck", settings.VERSION)
        self._ending = threading.Event()
        self._start_thread()
        os.register_at_fork(after_in_child=self._start_thread)

    def span(self, name: str, attributes: Mapping[str, Value]) -> "OtelSpan":
        """Make a span; it begins where its block begins."""
        return OtelSpan(self._tracer, name, attributes)

    def stop(self, seconds: float) -> None:
        """Deliver what waits, in that time at most."""
        self._ending.set()
        self._thread.join(seconds)

    def _start_thread(self) -> None:
        """Start the thread that ends it all, now: the SDK waits 30 s, and a process that ends may start none."""
        self._thread = threading.Thread(target=self._end, name="otel-end", daemon=True)
        self._thread.start()

    def _end(self) -> None:
        self._ending.wait()
        self._processor.shutdown()  # type: ignore[no-untyped-call]


class OtelSpan:
    """A span, and its trace id in the log's context."""

    def __init__(self, tracer: trace.Tracer, name: str, attributes: Mapping[str, Value]) -> None:
        self._tracer = tracer
        self._name = name
        self._attributes = attributes
        self._outcome = "ok"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Begin it as a part of the one around it."""
        self._span = self._tracer.start_span(self._name, attributes=dict(self._attributes))
        within = trace.use_span(
            self._span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        )  # an error's text may hold what people wrote
        self._stack.enter_context(within)
        self._stack.enter_context(bind(trace_id=trace.format_trace_id(self._span.get_span_context().trace_id)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it; an error that passes counts as failure, by its class alone."""
        if kind is not None:
            self.fail(kind.__name__)
        self._span.set_attribute("outcome", self._outcome)
        self._stack.__exit__(kind, error, traceback)

    def rename(self, name: str) -> None:
        """Give it the name that is known only now."""
        self._span.update_name(name)

    def set(self, **attributes: Value) -> None:
        """Say more of it."""
        self._span.set_attributes(attributes)

    def fail(self, kind: str) -> None:
        """Mark it as failed."""
        self._outcome = kind
        self._span.set_status(Status(StatusCode.ERROR))


class _Ids(RandomIdGenerator):
    """Goes on with the trace that the log's context names, such as that of a request."""

    def generate_trace_id(self) -> int:
        """Return the id at hand, else a new one."""
        known = CONTEXT.get().get("trace_id")
        if isinstance(known, str) and len(known) == ID_DIGITS:
            try:
                return int(known, 16) or super().generate_trace_id()
            except ValueError:
                pass  # somebody else's kind of id
        return super().generate_trace_id()


class _Exporter(OTLPSpanExporter):
    """Says once that spans cannot be delivered, and once that they can again; the SDK would say it of each batch."""

    _in_trouble = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Deliver a batch, with repeats for a few seconds; a batch that fails is lost."""
        result = super().export(spans)
        in_trouble = result is not SpanExportResult.SUCCESS
        if in_trouble != self._in_trouble:
            self._in_trouble = in_trouble
            words = "spans cannot be delivered" if in_trouble else "spans are delivered again"
            logger.warning("%s: OTEL_EXPORTER_OTLP_ENDPOINT", words, extra={"capture": False})
        return result
