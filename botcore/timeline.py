"""Tables whose ids are in the order of a time: which ids belong to a stretch of it, found without an index on it.

One statement halves the ids until it stands at the moment, some twenty look-ups by the key. Rows that several processes
write come in nearly that order only, so the stretch is found with room on both sides, and the time itself is compared.
"""

from datetime import datetime, timedelta

from django.db.models import Model, Q

from botcore import sql

ROOM = timedelta(minutes=10)  # more than a batch of updates, or of records, is ever held back while all is well


def between(model: type[Model], column: str, since: datetime | None, until: datetime | None) -> Q:
    """Match rows from `since` on and before `until`, by ids as far as those tell."""
    found = Q()
    if since:
        found &= Q(pk__gte=first_id(model, column, since - ROOM), **{f"{column}__gte": since})
    if until:
        found &= Q(pk__lt=first_id(model, column, until + ROOM), **{f"{column}__lt": until})
    return found


def first_id(model: type[Model], column: str, moment: datetime) -> int:
    """Return about the first id of this time or later; one above all when there is none."""
    table, quoted = model._meta.db_table, sql.quoted(column)
    middle = "low + (high - low) / 2"
    probe = f"(SELECT {{}} FROM {table} WHERE id >= {middle} ORDER BY id LIMIT 1)"
    found = sql.execute(
        f"""
        WITH RECURSIVE halved (low, high) AS (
            SELECT (SELECT min(id) FROM {table}), (SELECT max(id) + 1 FROM {table})
            UNION ALL
            SELECT CASE WHEN is_early THEN place + 1 ELSE low END, CASE WHEN is_early THEN high ELSE middle END
            FROM (
                SELECT low, high, {middle} AS middle, {probe.format("id")} AS place,
                       {probe.format(quoted)} < %s AS is_early
                FROM halved WHERE low < high
            ) AS looked
        )
        SELECT max(low) FROM halved
        """,
        [sql.adapt(moment)],
    )
    return int(found[0][0] or 0)
