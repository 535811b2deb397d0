"""Floods that outlive a process: noted in the budget's table, and read again at the next start."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.utils import timezone

from botcore.runtime import flood
from botcore.runtime.models import CallBudget

_CLOCK = ExpressionWrapper(Now(), output_field=DateTimeField())  # the database's


@dataclass(frozen=True, slots=True)
class Remembered:
    """A scope that is flooded or slowed down still."""

    scope: str
    seconds: float  # that the flood lasts still
    factor: float


@transaction.atomic
def note_flood(bot_id: int, scope: str, seconds: float) -> None:
    """Pause a scope for so long and halve its rate, once for all processes that say so within seconds."""
    CallBudget.objects.bulk_create(
        [CallBudget(bot_id=bot_id, scope=scope[:100], next_at=timezone.now())], ignore_conflicts=True
    )
    row = CallBudget.objects.select_for_update().annotate(clock=_CLOCK).get(bot_id=bot_id, scope=scope[:100])
    clock = _clock(row)
    until = clock + timedelta(seconds=seconds)
    row.flooded_until = max(until, row.flooded_until or until)
    if row.lowered_at is None or clock - row.lowered_at >= timedelta(seconds=flood.SAME_FLOOD):
        row.lowered_to = flood.halved(_factor(row))
    row.lowered_at = clock
    row.save(update_fields=["flooded_until", "lowered_at", "lowered_to"])


def remembered(bot_id: int) -> list[Remembered]:
    """Return what still matters; rows of chats that no longer do are removed."""
    rows = CallBudget.objects.filter(bot_id=bot_id, lowered_at__isnull=False).annotate(clock=_CLOCK)
    known = [(row, Remembered(row.scope, _left(row), _factor(row))) for row in rows]
    old = [row.pk for row, said in known if said.factor >= 1 and not said.seconds and row.scope.startswith("chat:")]
    CallBudget.objects.filter(Q(flooded_until__lt=Now()), pk__in=old).delete()
    return [said for _, said in known if said.factor < 1 or said.seconds]


def _clock(row: CallBudget) -> datetime:
    return row.clock  # type: ignore[attr-defined, no-any-return]


def _left(row: CallBudget) -> float:
    return max(0.0, (row.flooded_until - _clock(row)).total_seconds()) if row.flooded_until else 0.0


def _factor(row: CallBudget) -> float:
    if row.lowered_at is None:
        return 1.0
    calm = _clock(row) - max(row.lowered_at, row.flooded_until or row.lowered_at)
    return flood.recovered(row.lowered_to, calm.total_seconds())
