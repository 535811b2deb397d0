"""Plain SQL for the hot path: the few words in which SQLite and PostgreSQL differ, and tables of given rows.

Used by one module per room (`store.py`); everything else uses the ORM.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import F, Func, QuerySet, Subquery, TextField

# Django keeps times on SQLite as text with microseconds; the same form makes them comparable.
NUMBERS = frozenset({"bigint", "int", "float8"})
UNION_TERMS = 100  # SQLite refuses more than 500 terms in one statement
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


def seconds_since(moment: str) -> str:
    """SQL for the seconds from a time to the database's now."""
    if is_postgresql():
        return f"extract(epoch FROM clock_timestamp() - ({moment}))::float8"
    return f"(julianday('now') - julianday({moment})) * 86400.0"


def epoch(moment: str) -> str:
    """SQL for a time as whole seconds since 1970, which is read much faster than a time."""
    if is_postgresql():
        return f"extract(epoch FROM {moment})::bigint"
    return f"CAST(strftime('%%s', {moment}) AS integer)"


def lock(clause: str) -> str:
    """Return `FOR UPDATE …` where rows can be locked; a SQLite transaction holds the whole file already."""
    return clause if is_postgresql() else ""


def table(types: str, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return rows as something to select from, with the columns column1, column2 …, and their parameters.

    `types` are PostgreSQL's, separated by blanks. There rows of numbers are one array a column, written here, and rows
    with texts are one parameter, a JSON text: hundreds of placeholders, or the driver's arrays, cost more than the work
    itself.
    """
    names = [f"column{number}" for number in range(1, len(rows[0]) + 1)]
    if is_postgresql():
        kinds = types.split()
        if NUMBERS.issuperset(kinds):
            arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
            return f"unnest({arrays}) AS given ({', '.join(names)})", [
                _array(values) for values in zip(*rows, strict=True)
            ]
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
        given = json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str)
        return f"json_to_recordset(%s::json) AS given ({columns})", [given]
    row = f"({', '.join(['%s'] * len(names))})"
    return f"(VALUES {', '.join([row] * len(rows))}) AS given", [adapt(value) for values in rows for value in values]


def for_each(query: str, types: str, rows: Sequence[tuple[int, ...]], params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a query with a LIMIT for each row of numbers, `{1}`, `{2}` … in it, and return all that was found.

    It stops early for each: LATERAL does so on PostgreSQL, a UNION of index scans on SQLite. `params` are for `%s`.
    """
    if is_postgresql():
        given, given_params = table(types, rows)
        inner = query.format("", *(f"given.column{number}" for number in range(1, len(rows[0]) + 1)))
        return execute(f"SELECT found.* FROM {given} CROSS JOIN LATERAL ({inner}) AS found", [*given_params, *params])
    found = []
    for start in range(0, len(rows), UNION_TERMS):
        part = rows[start : start + UNION_TERMS]
        terms = (f"SELECT * FROM ({query.format('', *row)}) AS found" for row in part)
        found += execute(" UNION ALL ".join(terms), list(params) * len(part))
    return found


def one_of(items: Iterable[int]) -> tuple[str, list[Any]]:
    """Return what stands behind a number's column to compare it with several, and the parameters."""
    numbers = list(items)
    if is_postgresql():
        return "= ANY(%s::bigint[])", [_array(numbers)]
    return f"IN ({', '.join(['%s'] * len(numbers))})", numbers


def _array(numbers: Iterable[float]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def adapt(value: Any) -> Any:
    """Return a value as the database keeps it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it."""
    return connection.ops.quote_name(name)


def read_time(value: datetime | str) -> datetime:
    """Return a time column's value as an aware datetime."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time if time.tzinfo else time.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so


def execute(sql: str, params: Iterable[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; [] for one that returns none. A mapping fills named placeholders."""
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(params) if isinstance(params, Mapping) else list(params))
        return cursor.fetchall() if cursor.description else []


def span_of_ids(table: str) -> int:
    """Return how many ids lie between the first and the last row; SQLite would read all rows for both ends in one."""
    found = execute(f"SELECT (SELECT max(id) FROM {table}) - (SELECT min(id) FROM {table}) + 1")
    return int(found[0][0] or 0)


def count_by_state(table: str, caps: Mapping[str, int], *, index: str) -> dict[str, int]:
    """Count rows by state in one statement, each up to its cap; `index` is the partial index' condition.

    A range of one state in its order asks for the index of states: for a frequent one PostgreSQL would rather walk
    through the table until it has enough, which is all of it when they are the newest.
    """
    rows = f"SELECT 1 FROM {table} WHERE {index} AND state >= %s AND state <= %s ORDER BY state LIMIT %s"
    one = f"SELECT %s, count(*) FROM ({rows}) AS counted"
    params = [value for state, cap in caps.items() for value in (state, state, state, cap)]
    return dict(execute(" UNION ALL ".join([one] * len(caps)), params))


def count_each(found: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Count the rows of several querysets, each up to its own limit, in one statement."""
    columns, params = counting(found.values())
    return dict(zip(found, execute(f"SELECT {columns}", params)[0], strict=True)) if found else {}


def counting(found: Iterable[QuerySet[Any]]) -> tuple[str, list[Any]]:
    """Return what a SELECT counts these with, a column for each, and its parameters."""
    columns: list[str] = []
    params: list[Any] = []
    for rows in found:
        try:
            query, of_query = rows.query.sql_with_params()
        except EmptyResultSet:  # Django's word for one that cannot have any
            columns.append("0")
        else:
            columns.append(f"(SELECT count(*) FROM ({query}) AS counted)")
            params += of_query
    return ", ".join(columns), params


class Listed(Subquery):
    """What another query finds in a column, or an expression, as one text with blanks between; None for nothing."""

    template = "(SELECT string_agg(listed::text, ' ') FROM (%(subquery)s) AS found)"
    output_field = TextField()

    def __init__(self, rows: QuerySet[Any], column: F | Func) -> None:
        super().__init__(rows.annotate(listed=column).values("listed"))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Say it as SQLite does."""
        context["template"] = "(SELECT group_concat(listed, ' ') FROM (%(subquery)s) AS found)"
        return self.as_sql(compiler, connection, **context)


@contextmanager
def limited(seconds: float, *, by_index: bool = False) -> Iterator[None]:
    """Let PostgreSQL end each statement of the block that takes longer, with an OperationalError.

    It is a transaction there; within a longer one the limits end with the block. SQLite reads beside its one writer and
    needs none. `by_index` is for questions that all have an index: without it PostgreSQL rather reads a table of
    100 000 rows whole, in 30 ms instead of 1.
    """
    if not is_postgresql():
        yield
        return
    is_within = connection.in_atomic_block
    with transaction.atomic():
        scans = "off" if by_index else "on"
        settings = {"statement_timeout": str(int(seconds * 1000)), "enable_seqscan": scans, "enable_bitmapscan": scans}
        before = _set(settings)
        yield
        if is_within:  # a savepoint that is kept keeps its settings; one that is rolled back takes them along
            _set(before)


def _set(settings: Mapping[str, str]) -> dict[str, str]:
    """Set what holds to the end of the transaction; return what held before: OFFSET has that read first."""
    given, params = table("text text", list(settings.items()))
    wanted = f"SELECT column1, column2, current_setting(column1) AS held FROM {given} OFFSET 0"
    return {name: held for _, name, held in execute(
        f"SELECT set_config(column1, column2, true), column1, held FROM ({wanted}) AS wanted", params
    )}  # fmt: skip


def one_at_a_time(name: str) -> None:
    """Let one transaction at a time go on from here; on SQLite there is only one that writes."""
    if is_postgresql():
        execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"botdeck:{name}"])


def notify(channel: str, payload: str) -> None:
    """Tell those who listen (notifications.py) when the transaction commits; on SQLite nobody does."""
    if is_postgresql():
        execute("SELECT pg_notify(%s, %s)", [channel, payload])
