"""Debts of busy people and chats in plain SQL: what each process has seen is added up, by the database's clock."""

from collections.abc import Mapping

from botcore import sql

_ADD = """
    INSERT INTO botcore_throttledebt AS debt (key, until)
    SELECT column1, clock_timestamp() + column2 * interval '1 second' FROM {given}
    ON CONFLICT (key) DO UPDATE
    SET until = GREATEST(debt.until, clock_timestamp()) + (EXCLUDED.until - clock_timestamp())
    RETURNING key, extract(epoch FROM until - clock_timestamp())::float8
"""
LIMIT_SECONDS = 2.0  # a locked table must not hold a thread
_FORGET = "DELETE FROM botcore_throttledebt WHERE until < clock_timestamp()"


def add_debts(spent: Mapping[str, float]) -> dict[str, float]:
    """Add what this process has seen, in seconds; return what all have; on PostgreSQL only."""
    if not spent:
        return {}
    given, params = sql.table("text float8", sorted(spent.items()))  # sorted: two processes must not deadlock
    with sql.limited(LIMIT_SECONDS):
        return dict(sql.execute(_ADD.format(given=given), params))


def forget_debts() -> None:
    """Drop those that are paid."""
    sql.execute(_FORGET)
