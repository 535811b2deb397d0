"""Counts of updates by minute, written in the same transaction as the updates they count."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from botcore import sql

RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Counted:
    """One update to be counted; `seconds` runs from arrival to end, 0 for an arrival."""

    at: datetime
    kind: str
    handler: str
    state: str
    seconds: float


def count_updates(updates: Iterable[Counted]) -> None:
    """Add the updates to their minutes; what a machine's clock puts into the future counts now, by the database's."""
    sums: dict[tuple[datetime, str, str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for update in updates:
        minute = update.at.replace(second=0, microsecond=0)
        total = sums[minute, update.kind, update.handler, update.state]
        total[0] += 1
        total[1] += update.seconds
    if not sums:
        return
    given, params = sql.table("timestamptz text text text int float8", [(*key, *total) for key, total in sums.items()])
    sql.execute(
        f"""
        INSERT INTO botcore_updatecount (minute, kind, handler, state, count, seconds)
        SELECT {_until_now("column1")}, column2, column3, column4, SUM(column5), SUM(column6)
        FROM {given} WHERE true GROUP BY 1, 2, 3, 4
        ORDER BY 1, 2, 3, 4 -- no deadlocks
        ON CONFLICT (minute, kind, handler, state) DO UPDATE
        SET count = botcore_updatecount.count + EXCLUDED.count, in_history = false,
            seconds = botcore_updatecount.seconds + EXCLUDED.seconds
        """,
        params,
    )


def _until_now(minute: str) -> str:
    if sql.is_postgresql():
        return f"LEAST({minute}, date_trunc('minute', statement_timestamp()))"
    return f"MIN({minute}, strftime('%%Y-%%m-%%d %%H:%%M:00', 'now'))"
