"""Waking lanes: what has new work becomes ready, and idle workers of other processes hear of it."""

from collections.abc import Iterable

from botcore import sql

CHANNEL = "botdeck_inbox"  # of NOTIFY; the payload is the bot's id


def wake(bot_id: int, keys: Iterable[int]) -> None:
    """Mark the lanes as ready and tell the workers at commit; needs the caller's transaction.

    Sorted by key, because two ingesters would deadlock otherwise. A back-off that is under way stays.
    """
    given, params = sql.table("bigint", [(key,) for key in sorted(set(keys))])
    upsert = f"""
        INSERT INTO botcore_lane (bot_id, key, seq, ready_at)
        SELECT %s, column1, 1, {sql.now()} FROM {given} WHERE true
        ON CONFLICT (bot_id, key) DO UPDATE
        SET seq = botcore_lane.seq + 1, ready_at = COALESCE(botcore_lane.ready_at, EXCLUDED.ready_at)
    """
    if sql.is_postgresql():  # both in one statement: this runs for each batch that comes in
        sql.execute(f"WITH woken AS ({upsert}) SELECT pg_notify(%s, %s)", [bot_id, *params, CHANNEL, str(bot_id)])
    else:
        sql.execute(upsert, [bot_id, *params])


def notify(bot_id: int) -> None:
    """Wake idle workers when the transaction commits."""
    sql.notify(CHANNEL, str(bot_id))
