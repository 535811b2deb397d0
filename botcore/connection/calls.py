"""Counts and times every call to Telegram by method and outcome; a method's series exist before its first call ends."""

import asyncio
import re
import time
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter, Histogram
from telegram.error import TimedOut

from botcore import metrics
from botcore.connection.errors import NotSent, PoolTimedOut

METHODS = 300  # the Bot API has about 180; names beyond are "other"
_NAME = re.compile(r"[A-Za-z]{1,64}")
_known: set[str] = set()


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


@lru_cache(maxsize=2 * METHODS)
def _series(name: str) -> Series:
    if name not in _known and (len(_known) >= METHODS or not _NAME.fullmatch(name)):
        name = "other"
    _known.add(name)
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
