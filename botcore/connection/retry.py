"""Retry: makes a call again when that is safe and may help, with growing random waits, until a deadline.

Safe is what certainly did not reach Telegram (NotSent), what a 429 refused, and what may be made twice (methods.py).
A 5xx of a send is not: a server that restarts answers so to messages that it has passed on already
(tdlib/telegram-bot-api, Client.cpp: closing), and a gateway's 502 or 504 says nothing of what stands behind it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from botcore import metrics
from botcore.connection.breaker import is_failure
from botcore.connection.errors import MustWait, NotSent, UncertainError, uncertain
from botcore.connection.methods import may_be_repeated

DEADLINE = 15.0  # seconds after which no new attempt begins: nobody waits longer for a reply
_grow = wait_exponential_jitter(multiplier=0.2, max=4, exp_base=2, jitter=0.2)
_SERVER = re.compile(
    r"Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|.*\(5\d\d\)", re.IGNORECASE
)

T = TypeVar("T")


async def repeat(call: Callable[[], Awaitable[T]], method: str, *, deadline: float = DEADLINE) -> T:
    """Make the call until it succeeds, fails for good, or `deadline` seconds are over; raise its last error.

    The error of a send that may have arrived is raised as UncertainError, from what the library raised.
    """
    try:
        return await call()
    except TelegramError as exc:
        if not may_help(method, exc):
            if is_doubtful(method, exc):
                raise uncertain(exc) from exc
            raise
        first: TelegramError | None = exc
    until = asyncio.get_running_loop().time() + deadline

    async def again() -> T:
        nonlocal first
        if error := first:
            first = None
            raise error
        return await call()

    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: may_help(method, error)),
        wait=_wait,
        stop=lambda state: asyncio.get_running_loop().time() + state.upcoming_sleep > until,
        before_sleep=lambda state: _count(method, state),
        reraise=True,
    )
    try:
        return await retrying(again)
    except TelegramError as exc:
        if is_doubtful(method, exc):
            raise uncertain(exc) from exc
        raise


def may_help(method: str, error: BaseException) -> bool:
    """Tell whether the same call may be made again, and may succeed then."""
    if isinstance(error, RetryAfter):
        return not isinstance(error, MustWait)  # the limiter waits as long as the 429 says
    if isinstance(error, NotSent):
        return error.again
    return is_failure(error) and may_be_repeated(method)


def is_doubtful(method: str, error: TelegramError) -> bool:
    """Tell whether a call that must not be made twice may have arrived."""
    if isinstance(error, NotSent | UncertainError):  # the latter says it already
        return False
    return is_failure(error) and not may_be_repeated(method)


def reason(error: BaseException | None) -> str:
    """Return the metric's label for why a call is made again."""
    if isinstance(error, RetryAfter):
        return "flood"
    if isinstance(error, NotSent):
        return "not_sent"
    if isinstance(error, TimedOut):
        return "timeout"
    return "server" if isinstance(error, NetworkError) and _SERVER.match(error.message) else "network"


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return 0.0 if isinstance(error, RetryAfter) else _grow(state)


def _count(method: str, state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    metrics.API_RETRIES.labels(metrics.method_label(method), reason(error)).inc()
