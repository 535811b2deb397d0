"""Plain SQL for the hot path: the few words in which SQLite and PostgreSQL differ, and multi-row VALUES.

Used by one module per room (`store.py`); everything else uses the ORM.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

# Django keeps times on SQLite as text with microseconds; the same form makes them comparable.
_SQLITE_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now'{shift})"


def is_postgresql() -> bool:
    """Tell which of the two dialects the connection speaks."""
    return connection.vendor == "postgresql"


def now() -> str:
    """SQL for the database's own clock, the one clock that all machines share."""
    return "clock_timestamp()" if is_postgresql() else _SQLITE_NOW.format(shift="")


def seconds_from_now(seconds: str = "%s") -> str:
    """SQL for a time in the future; `seconds` is a placeholder or an expression."""
    if is_postgresql():
        return f"clock_timestamp() + {seconds} * interval '1 second'"
    return _SQLITE_NOW.format(shift=f", {seconds} || ' seconds'")


def lock(clause: str) -> str:
    """Return `FOR UPDATE …` where rows can be locked; a SQLite transaction holds the whole file already."""
    return clause if is_postgresql() else ""


def values(rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return `(%s, %s), (%s, %s)` for the rows, and their values in one list."""
    row = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([row] * len(rows)), [adapt(value) for values_ in rows for value in values_]


def adapt(value: Any) -> Any:
    """Return a value as the database keeps it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def read_time(value: datetime | str) -> datetime:
    """Return a time column's value as an aware datetime."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time if time.tzinfo else time.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so


def placeholders(items: Sequence[Any]) -> str:
    """Return `%s, %s, %s` for an IN list."""
    return ", ".join(["%s"] * len(items))


def execute(sql: str, params: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; [] for one that returns none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall() if cursor.description else []
