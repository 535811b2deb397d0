"""Counts and times every call to Telegram by method and outcome."""

import asyncio
import time
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter, Histogram
from telegram.error import TimedOut

from botcore import metrics
from botcore.connection.errors import NotSent, PoolTimedOut


@dataclass(frozen=True, slots=True)
class Series:
    """The series of one method."""

    requests: dict[str, Counter]
    duration: Histogram

    def note(self, outcome: str, started: float) -> None:
        """Count one call that ended; `started` is of time.perf_counter()."""
        self.requests[outcome].inc()
        self.duration.observe(time.perf_counter() - started)


def series_for(url: str, verb: str) -> Series:
    """Return the series of the method that the address ends with; a GET is a download."""
    return _series("download" if verb == "GET" else url.rpartition("/")[2])


@lru_cache(maxsize=512)
def _series(method: str) -> Series:
    name = metrics.method_label(method)
    requests = {outcome: metrics.API_REQUESTS.labels(name, outcome) for outcome in metrics.API_OUTCOMES}
    return Series(requests, metrics.API_DURATION.labels(name))


def outcome_of_status(status: int) -> str:
    """Return the label for an HTTP status."""
    if status < 300:
        return "ok"
    if status == 429:
        return "flood"
    return "client" if status < 500 else "server"


def outcome_of_error(error: BaseException) -> str:
    """Return the label for a call without an answer."""
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, NotSent):
        return "pool" if isinstance(error, PoolTimedOut) else "unsent"
    return "timeout" if isinstance(error, TimedOut) else "network"
