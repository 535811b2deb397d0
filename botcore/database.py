"""in_database(): the one door from async code to the ORM; patiently(): how a loop outlives a database that is away.

Inside `runbot` the work runs on a small pool of threads; elsewhere (tests, requests) on asgiref's thread.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from botcore import metrics

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_threads: contextvars.ContextVar[ThreadPoolExecutor | None] = contextvars.ContextVar("database_threads", default=None)

_handler_threads: contextvars.ContextVar[ThreadPoolExecutor | None] = contextvars.ContextVar("handlers", default=None)


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
async def database_threads(count: int, *, handlers: int = 0, end_seconds: float = 5.0) -> AsyncIterator[None]:
    """Give this task and its children `count` threads for in_database(), and `handlers` for tasks that for_handlers().

    At the end wait for them, but not for ever: a server that hangs must not hold up a stop.
    """
    pools = [ThreadPoolExecutor(size, thread_name_prefix="database") for size in (count, handlers) if size]
    tokens = _threads.set(pools[0]), _handler_threads.set(pools[-1])
    try:
        yield
    finally:
        _threads.reset(tokens[0])
        _handler_threads.reset(tokens[1])
        closed = [pool.submit(connections.close_all) for pool in pools for _ in range(max(count, handlers))]
        waiting = ThreadPoolExecutor(1)  # of its own: the common ones may hang, too
        await asyncio.get_running_loop().run_in_executor(waiting, wait, closed, end_seconds)
        for pool in (*pools, waiting):
            pool.shutdown(wait=False, cancel_futures=True)


def for_handlers() -> None:
    """Let this task use the handlers' threads from now on."""
    _threads.set(_handler_threads.get())


# Connection lost or refused, no resources, shutting down or starting up, a fail-over's read-only server, and locks:
# www.postgresql.org/docs/current/errcodes-appendix.html
AWAY_STATES = ("08", "53", "57P", "25006", "40001", "40P01", "55P03")
# BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL: www.sqlite.org/rescode.html
AWAY_CODES = frozenset({5, 6, 8, 10, 13, 14, 15})


def is_away(error: BaseException) -> bool:
    """Tell whether the same call may succeed when the database is back; a statement that cannot work is no outage."""
    if isinstance(error, InterfaceError):  # Django's "connection already closed"; a closed cursor is a bug
        return "connection" in str(error)
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    if state := getattr(cause, "sqlstate", None):
        return str(state).startswith(AWAY_STATES)
    if code := getattr(cause, "sqlite_errorcode", None):
        return int(code) & 0xFF in AWAY_CODES
    return isinstance(error, OperationalError)  # the driver's own word: no connection, no answer


def patiently(loop: str, *, longest: float = 10.0) -> AsyncRetrying:
    """Retry for ever while the database is away, with growing random waits of at most `longest` seconds."""

    def note(state: RetryCallState) -> None:
        metrics.DATABASE_ERRORS.labels(loop).inc()
        error = state.outcome.exception() if state.outcome else None
        logger.warning("the database is away, %s waits: %s", loop, str(error).strip().split("\n")[0])

    return AsyncRetrying(
        retry=retry_if_exception(is_away),
        wait=wait_random_exponential(multiplier=0.2, max=longest),
        before_sleep=note,
        reraise=True,
    )
