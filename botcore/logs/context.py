"""The context of a log line: who and what is at hand. Tasks inherit it by themselves, threads by `in_context()`."""

import contextvars
import functools
import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

CONTEXT: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=MappingProxyType({}))

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")  # www.w3.org/TR/trace-context


@contextmanager
def bind(**fields: object) -> Iterator[None]:
    """Add fields to every log line that is written inside the block."""
    token = CONTEXT.set({**CONTEXT.get(), **fields})
    try:
        yield
    finally:
        CONTEXT.reset(token)


def begin(**fields: object) -> None:
    """Add fields to every log line of this task from now on, and of the tasks that it starts."""
    CONTEXT.set({**CONTEXT.get(), **fields})


@contextmanager
def timed(logger: logging.Logger, message: str, level: int = logging.DEBUG) -> Iterator[None]:
    """Log at the end of the block how long it took."""
    started = time.perf_counter()
    try:
        yield
    finally:
        if logger.isEnabledFor(level):
            logger.log(level, message, extra={"fields": {"duration_ms": (time.perf_counter() - started) * 1000}})


def in_context(func: Callable[P, T]) -> Callable[P, T]:
    """Return the function as it runs in another thread with the context of here and now."""
    context = contextvars.copy_context()

    @functools.wraps(func)
    def carried(*args: P.args, **kwargs: P.kwargs) -> T:
        return context.copy().run(func, *args, **kwargs)  # a copy: one context runs in one thread at a time

    return carried


def new_trace_id() -> str:
    """Return a new trace id as W3C has it: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def trace_id_of(traceparent: str) -> str:
    """Return the trace id of a `traceparent` header; a new one when the header is none."""
    found = _TRACEPARENT.fullmatch(traceparent)
    return found[1] if found and found[1].strip("0") else new_trace_id()


class ContextFilter(logging.Filter):
    """Copies the context onto the record, in the thread and task that made it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.context = CONTEXT.get()
        return True
