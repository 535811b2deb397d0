"""Sentry and OpenTelemetry, the optional extras: nothing of them is imported unless it is configured.

`forward()` hands a captured error on, `span()` measures a piece of work; without configuration both do nothing.
"""

import atexit
import logging
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol, Self, TypeVar

from django.conf import settings

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 2.0  # at the end of a process, for all that is still to be delivered

Value = str | int | float | bool
Facts = Mapping[str, object]
T = TypeVar("T")


class Span(Protocol):
    """A piece of work that is being measured; never give it a person's texts."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End; an error that passes counts as failure, by its class alone."""

    def rename(self, name: str) -> None:
        """Give it the name that is known only now."""

    def set(self, **attributes: Value) -> None:
        """Say more of it."""

    def fail(self, kind: str) -> None:
        """Mark it as failed."""


class _Nothing:
    """Stands in for a span while nothing is configured."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def rename(self, name: str) -> None:
        pass

    def set(self, **attributes: Value) -> None:
        pass

    def fail(self, kind: str) -> None:
        pass


class Errors(Protocol):
    """Where captured errors go."""

    def forward(self, error: BaseException | None, facts: Facts) -> None:
        """Take the error; return at once."""

    def stop(self, seconds: float) -> None:
        """Deliver what waits, in that time at most."""


class Traces(Protocol):
    """Where spans go."""

    def span(self, name: str, attributes: Mapping[str, Value]) -> Span:
        """Make a span."""

    def stop(self, seconds: float) -> None:
        """Deliver what waits, in that time at most."""


_NOTHING = _Nothing()
_errors: Errors | None = None
_traces: Traces | None = None


def forward(error: BaseException | None, facts: Facts) -> None:
    """Hand a captured error on, once, with what is known of it; never raise and never wait."""
    if _errors is not None:
        _errors.forward(error, facts)


def span(name: str, **attributes: Value) -> Span:
    """Measure the work inside the block."""
    return _NOTHING if _traces is None else _traces.span(name, attributes)


def start() -> None:
    """Start what is configured; what cannot start leaves a sentence among the complaints about settings."""
    global _errors, _traces  # noqa: PLW0603 (the one state: what is configured in this process)
    if settings.SENTRY_DSN and _errors is None:
        _errors = _started("SENTRY_DSN", _start_sentry)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT and _traces is None:
        _traces = _started("OTEL_EXPORTER_OTLP_ENDPOINT", _start_otel)
    if _errors or _traces:
        atexit.register(stop)


def stop() -> None:
    """Deliver what waits, within FLUSH_SECONDS together, and do nothing from then on."""
    global _errors, _traces  # noqa: PLW0603
    end = time.monotonic() + FLUSH_SECONDS
    errors, traces = _errors, _traces
    _errors = _traces = None
    for destination in (errors, traces):
        if destination is not None:
            destination.stop(max(0.0, end - time.monotonic()))


def _started(name: str, begin: Callable[[], T]) -> T | None:
    try:
        return begin()
    except Exception as exc:  # whatever a foreign package raises, the pages come up
        settings.CONFIGURATION_COMPLAINTS[name] = f"{name}: this cannot start ({type(exc).__name__}); leave {name} out."
        return None


def _start_sentry() -> Errors:
    from botcore.integrations.sentry import Sentry  # noqa: PLC0415 (imports sentry_sdk)

    return Sentry()


def _start_otel() -> Traces:
    from botcore.integrations.otel import OpenTelemetry  # noqa: PLC0415 (imports opentelemetry)

    return OpenTelemetry()
