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
    if not since and not until:
        return Q()
    low, high = first_ids(model, column, _moved(since, -ROOM), _moved(until, ROOM))
    found = Q(pk__gte=low, **{f"{column}__gte": since}) if since else Q()
    return found & Q(pk__lt=high, **{f"{column}__lt": until}) if until else found


def first_ids(model: type[Model], column: str, *moments: datetime | None) -> list[int]:
    """Return for each moment about the first id of that time or later: one above all when there is none, 0 for None."""
    asked = [moment for moment in moments if moment]
    one = f"({_first_id(model._meta.db_table, sql.quoted(column))})"
    params = [value for moment in asked for value in [sql.adapt(moment)] * 2]
    found = iter(sql.execute(f"SELECT {', '.join([one] * len(asked))}", params)[0])
    return [int(next(found) or 0) if moment else 0 for moment in moments]


def _first_id(table: str, column: str) -> str:
    middle = "(low + (high - low) / 2)"
    probe = f"(SELECT {{}} FROM {table} WHERE id >= {middle} ORDER BY id LIMIT 1)"
    is_early = f"{probe.format(column)} < %s"
    return f"""
        WITH RECURSIVE halved (low, high) AS (
            SELECT (SELECT min(id) FROM {table}), (SELECT max(id) + 1 FROM {table})
            UNION ALL
            SELECT CASE WHEN {is_early} THEN {probe.format("id")} + 1 ELSE low END,
                   CASE WHEN {is_early} THEN high ELSE {middle} END
            FROM halved WHERE low < high
        )
        SELECT max(low) FROM halved
        """


def _moved(moment: datetime | None, by: timedelta) -> datetime | None:
    try:
        return moment + by if moment else None
    except OverflowError:  # at the end of all times
        return moment
