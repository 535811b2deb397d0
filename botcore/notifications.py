"""LISTEN on PostgreSQL: what other processes announce with NOTIFY reaches this one's callbacks within milliseconds.

Only a hint: whoever is woken here also looks every second. SQLite has one process, which needs no hints.
"""

import logging
from collections.abc import Callable, Mapping

import psycopg
from django.db import connection
from psycopg import sql as composed
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

logger = logging.getLogger(__name__)

# A connection that died without a word is noticed after about 30 s.
KEEP_ALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}


async def listen(callbacks: Mapping[str, Callable[[str], None]]) -> None:
    """Call a channel's callback with each payload, until cancelled; connect again whenever the server went away."""
    if connection.vendor != "postgresql":
        return
    parameters = {**connection.get_connection_params(), **KEEP_ALIVE, "autocommit": True}
    for name in ("pool", "cursor_factory", "context"):
        parameters.pop(name, None)
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type((psycopg.Error, OSError)), wait=wait_random_exponential(multiplier=0.2, max=5)
    ):
        with attempt:
            await _listen_once(parameters, callbacks)


async def _listen_once(parameters: dict[str, object], callbacks: Mapping[str, Callable[[str], None]]) -> None:
    async with await psycopg.AsyncConnection.connect(**parameters) as listening:  # type: ignore[arg-type]
        for channel in callbacks:
            await listening.execute(composed.SQL("LISTEN {}").format(composed.Identifier(channel)))
        for callback in callbacks.values():
            callback("")  # something may have happened while nobody listened
        async for notice in listening.notifies():
            callbacks[notice.channel](notice.payload)
    raise psycopg.OperationalError("the server ended the connection")
