"""in_database(): the one door from async code to the ORM; patiently(): how a loop outlives a database that is away.

Inside `runbot` the work runs on a small pool of threads; elsewhere (tests, requests) on asgiref's thread.
"""

import contextvars
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from botcore import metrics

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_threads: contextvars.ContextVar[ThreadPoolExecutor | None] = contextvars.ContextVar("database_threads", default=None)


async def in_database(func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a service or selector on a database thread; never hold the result's connection across a network call."""

    threads = _threads.get()
    if threads is None:  # here Django looks after the connection
        return await sync_to_async(func)(*args, **kwargs)

    def call() -> T:
        close_old_connections()  # a connection that a database restart killed must not serve this call
        try:
            return func(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(call, thread_sensitive=False, executor=threads)()


@asynccontextmanager
async def database_threads(count: int) -> AsyncIterator[None]:
    """Give this task and its children `count` threads for in_database(); wait for them at the end."""
    with ThreadPoolExecutor(count, thread_name_prefix="database") as threads:
        token = _threads.set(threads)
        try:
            yield
        finally:
            _threads.reset(token)
            for _ in range(count):
                threads.submit(connections.close_all)


def patiently(loop: str, *, longest: float = 10.0) -> AsyncRetrying:
    """Retry for ever while the database is away, with growing random waits of at most `longest` seconds."""

    def note(state: RetryCallState) -> None:
        metrics.DATABASE_ERRORS.labels(loop).inc()
        error = state.outcome.exception() if state.outcome else None
        logger.warning("the database is away, %s waits: %s", loop, str(error).strip().split("\n")[0])

    return AsyncRetrying(
        retry=retry_if_exception_type((OperationalError, InterfaceError)),
        wait=wait_random_exponential(multiplier=0.2, max=longest),
        before_sleep=note,
        reraise=True,
    )
