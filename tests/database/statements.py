"""Watching the statements that in_database() runs in tests, and letting them fail as a database that is away does."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from django.db import OperationalError, connection

from botcore.database import in_database

Execute = Callable[..., Any]


@asynccontextmanager
async def statements(*, fail: bool = False) -> AsyncIterator[list[str]]:
    """Yield the list of statements run while the block runs; `fail` refuses them."""
    seen: list[str] = []

    def watch(execute: Execute, sql: str, *args: Any) -> Any:
        seen.append(sql)
        if fail:
            raise OperationalError("connection refused")
        return execute(sql, *args)

    def add() -> None:  # on the database's thread: elsewhere `connection` is another one
        connection.execute_wrappers.append(watch)

    def remove() -> None:
        connection.execute_wrappers.remove(watch)

    await in_database(add)
    try:
        yield seen
    finally:
        await in_database(remove)
