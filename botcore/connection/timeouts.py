"""How long a call may wait, and for what; the library passes its own sentinel where a caller said nothing."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiohttp import ClientTimeout
from telegram.request import BaseRequest

LEAST = 0.001  # seconds; aiohttp takes 0 for "no end"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds, None for no end; the defaults are those of the library's own transport."""

    read: float | None = 5.0  # between two pieces of the answer
    write: float | None = 5.0  # until the other side takes the next piece
    connect: float | None = 5.0  # name, TCP and TLS together
    pool: float | None = 1.0
    media_write: float | None = 20.0  # write, of a call with files
    spare: float | None = 60.0  # what a whole call may take beyond them, however steadily its answer drips


def given_or(given: Any, default: float | None) -> float | None:
    """Return the timeout that the caller gave, even None, else the default."""
    return default if given is BaseRequest.DEFAULT_NONE else given


def sum_of(*waits: float | None) -> float | None:
    """Return all of them together; None when one has no end."""
    return None if None in waits else sum(wait or 0.0 for wait in waits)


@lru_cache(maxsize=64)
def client_timeout(connect: float | None, read: float | None, total: float | None) -> ClientTimeout:
    """Return the timeouts as aiohttp takes them."""
    return ClientTimeout(
        total=total,
        connect=connect if connect is None else max(connect, LEAST),
        sock_read=read if read is None else max(read, LEAST),
    )
