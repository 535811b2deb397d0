"""Counts updates by person and day, and by person and handler, step by step along their keys, each once: plain SQL.

A step and the mark that it moves are one transaction, so a kill anywhere counts nothing twice and loses nothing. What
retention deletes has been counted before: it takes days, the sweep is minutes behind.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from botcore import sql
from botcore.inbox.models import State, Update
from botcore.people.activity.models import ActivityMark

STEP = 20_000  # updates a transaction
SETTLED = timedelta(seconds=30)  # so long after its arrival no update with a smaller key can still be committed
PATIENCE = timedelta(days=1)  # for so long the sweep waits for an update whose person the bot has not met yet
DAYS, HANDLERS = 1, 2  # the keys of the marks: each counting goes its own way from the oldest update that is there
PART = """botcore_update AS given JOIN botcore_user ON botcore_user.id = given.user_id
        WHERE given.id > %s AND given.id <= %s"""


def end(now: datetime) -> int:
    """Return the last update that may be counted now: all before it are there, and their people are met."""
    mark, newest = min(_mark(DAYS), _mark(HANDLERS)), Update.objects.aggregate(at=Max("pk"))["at"] or 0
    if newest <= mark:
        return mark
    low, high = mark + 1, newest
    while low <= high:  # keys grow with the times, which have no index
        middle = (low + high) // 2
        found = Update.objects.filter(pk__gte=middle, pk__lte=high).order_by("pk").values_list("pk", "received_at")[:1]
        if not found or found[0][1] > now - SETTLED:
            high = middle - 1
        else:
            low = found[0][0] + 1
    waits = _oldest_waiting(now)
    return min(low - 1, waits - 1) if waits else low - 1


def _oldest_waiting(now: datetime) -> int | None:
    """Return the oldest pending update: its person may be new. One that is stuck holds nothing up for ever."""
    pending = Update.objects.exclude(state=State.DONE).filter(state=State.PENDING).order_by("id")
    found = pending.values_list("pk", "received_at").first()
    return found[0] if found and found[1] > now - PATIENCE else None


@transaction.atomic
def step(until: int, size: int = STEP) -> bool:
    """Count the next updates up to that one by days; tell whether there are more."""
    sql.one_at_a_time("people activity")
    mark = _mark(DAYS)
    last = min(mark + size, until)
    if last <= mark:
        return False
    sql.execute(
        f"""
        INSERT INTO botcore_personday (user_id, day, updates)
        SELECT given.user_id, {_day("given.received_at")}, count(*) FROM {PART} GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (user_id, day) DO UPDATE SET updates = botcore_personday.updates + EXCLUDED.updates
        """,
        [mark, last],
    )
    sql.execute(
        f"""
        INSERT INTO botcore_peopleday (day) SELECT DISTINCT {_day("given.received_at")} FROM {PART}
        ON CONFLICT (day) DO UPDATE SET is_stale = true, is_week_stale = true
        """,
        [mark, last],
    )
    ActivityMark.objects.update_or_create(pk=DAYS, defaults={"last_update": last})
    return last < until


@transaction.atomic
def step_handlers(until: int, size: int = STEP) -> bool:
    """Count the next updates up to that one by handlers; tell whether there are more."""
    sql.one_at_a_time("people activity")
    mark = _mark(HANDLERS)
    last = min(mark + size, until)
    if last <= mark:
        return False
    least, most = ("LEAST", "GREATEST") if sql.is_postgresql() else ("MIN", "MAX")
    kept = "botcore_personhandler"
    sql.execute(
        f"""
        INSERT INTO {kept} (user_id, handler, first_at, last_at, count)
        SELECT given.user_id, given.handler, min(given.received_at), max(given.received_at), count(*)
        FROM {PART} AND given.handler <> '' GROUP BY 1, 2 ORDER BY 1, 2
        ON CONFLICT (user_id, handler) DO UPDATE SET
            count = {kept}.count + EXCLUDED.count,
            first_at = {least}({kept}.first_at, EXCLUDED.first_at),
            last_at = {most}({kept}.last_at, EXCLUDED.last_at)
        """,
        [mark, last],
    )
    ActivityMark.objects.update_or_create(pk=HANDLERS, defaults={"last_update": last})
    return last < until


def _mark(key: int) -> int:
    """Return the last update that is counted; before the first there is nothing to count."""
    row = ActivityMark.objects.filter(pk=key).values_list("last_update", flat=True).first()
    first = Update.objects.aggregate(at=Min("pk"))["at"] or 1
    return max(first - 1, row or 0)


def _day(moment: str) -> str:
    """SQL for the day (UTC) of a time."""
    return f"({moment} AT TIME ZONE 'UTC')::date" if sql.is_postgresql() else f"date({moment})"
