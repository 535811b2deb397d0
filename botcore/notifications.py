"""LISTEN on PostgreSQL: what other processes announce with NOTIFY reaches this one's callbacks within milliseconds.

Only a hint: whoever is woken here also looks every second. SQLite has one process, which needs no hints.
"""

import logging
from collections.abc import Callable, Mapping

import psycopg
from django.db import connection
from psycopg import sql as composed
from tenacity import AsyncRetrying, RetryCallState, wait_random

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
    async for attempt in AsyncRetrying(wait=wait_random(0.1, 3), before_sleep=_note_failure):
        with attempt:
            await _listen_once(parameters, callbacks)


def _note_failure(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    away = isinstance(error, psycopg.Error | OSError)
    logger.log(logging.INFO if away else logging.ERROR, "listening anew: %s", error, exc_info=None if away else error)


async def _listen_once(parameters: dict[str, object], callbacks: Mapping[str, Callable[[str], None]]) -> None:
    async with await psycopg.AsyncConnection.connect(**parameters) as listening:  # type: ignore[arg-type]
        for channel in callbacks:
            await listening.execute(composed.SQL("LISTEN {}").format(composed.Identifier(channel)))
        for callback in callbacks.values():
            callback("")  # something may have happened while nobody listened
        async for notice in listening.notifies():
            callbacks[notice.channel](notice.payload)
    raise psycopg.OperationalError("the server ended the connection")
