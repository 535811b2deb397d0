"""The budget of calls in plain SQL: processes take turns in a row whose `next_at` says what is handed out already.

A process gets a stretch of time, cut into slots, that nobody else gets: so all together keep to the rate. Only the
database's clock counts.
"""

from dataclasses import dataclass

from django.utils import timezone

from botcore import sql
from botcore.runtime import flood
from botcore.runtime.models import CallBudget

CLOCK_SET_BACK = 10.0  # seconds; nobody reserves so far ahead
SILENT_SECONDS = 15  # since the last heartbeat; then a process counts as gone

_TAKE = f"""
    UPDATE botcore_callbudget AS budget
    SET taken_by = CASE WHEN %(slots)s > 0 THEN %(process)s ELSE budget.taken_by END,
        next_at = CASE WHEN answer.flooded > 0 THEN budget.next_at
                  ELSE answer.first + %(slots)s * answer.step * interval '1 second' END
    FROM (
        SELECT id, taken_by, now_at, factor, 1 / (%(rate)s * factor) AS step,
            COALESCE(extract(epoch FROM flooded_until - now_at), 0) AS flooded,
            CASE WHEN next_at BETWEEN now_at AND now_at + {CLOCK_SET_BACK} * GREATEST(1, 1 / (%(rate)s * factor))
                * interval '1 second' THEN next_at ELSE now_at END AS first
        FROM (
            SELECT *, LEAST(1, lowered_to * power({flood.RECOVERY}, LEAST({flood.MOST_STEPS}, floor(GREATEST(0,
                COALESCE(extract(epoch FROM now_at - GREATEST(lowered_at, flooded_until)), 0)
            ) / {flood.RECOVERY_SECONDS})))) AS factor
            FROM (
                SELECT *, clock_timestamp() AS now_at FROM (
                    SELECT * FROM botcore_callbudget WHERE bot_id = %(bot)s AND scope = %(scope)s FOR UPDATE
                ) AS locked OFFSET 0
            ) AS timed
        ) AS learned
    ) AS answer
    WHERE budget.id = answer.id
    RETURNING extract(epoch FROM answer.now_at), extract(epoch FROM answer.first - answer.now_at), answer.step,
        answer.factor, answer.flooded, answer.taken_by, (
            SELECT count(*) FROM botcore_heartbeat WHERE bot_id = %(bot)s AND role = 'bot'
            AND beat_at >= answer.now_at - {SILENT_SECONDS} * interval '1 second' AND state NOT IN ('stopped', 'died')
        )
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was handed out, in seconds. `flooded`: nothing, and for how long; `taken_by`: who had the stretch before.

    `processes`: how many of the bot live, by their heartbeats.
    """

    clock: float  # the database's, Unix time
    starts_in: float
    step: float  # from slot to slot
    factor: float
    flooded: float
    taken_by: str
    processes: int


def take_slots(bot_id: int, scope: str, *, slots: int, rate: float, process: str) -> Stretch:
    """Take the next slots at so many a second, 0 to only look; on PostgreSQL only."""
    given = {"bot": bot_id, "scope": scope, "slots": slots, "rate": rate, "process": process}
    if not (rows := sql.execute(_TAKE, given)):
        CallBudget.objects.bulk_create(
            [CallBudget(bot_id=bot_id, scope=scope, next_at=timezone.now())], ignore_conflicts=True
        )
        rows = sql.execute(_TAKE, given)
    clock, starts_in, step, factor, flooded, taken_by, processes = rows[0]
    return Stretch(
        float(clock), float(starts_in), float(step), float(factor), max(0.0, float(flooded)), taken_by, processes
    )
