"""Which rows the history still waits for, which come too late for it, and which it needs no more.

A minute is computed from all of its rows, an hour from all of its minutes: a part must never replace the whole. All of
it is there for three days. After that, only where the history ends: there the rollup stood still, and retention left
what it needs (needed_no_more).
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from botcore.monitoring.history.samples import LATEST
from botcore.monitoring.models import MetricSample, ProcessSample, Step, UpdateCount

logger = logging.getLogger(__name__)

SOURCES = (ProcessSample, UpdateCount)
BATCH = 5000  # rows that one transaction gives up
WAIT = timedelta(days=30)  # for so long what the history does not have is kept for it
Source = type[ProcessSample] | type[UpdateCount]


def newest(step: Step) -> datetime | None:
    """Return when the last hour (minute, day) begins that the history has."""
    found: datetime | None = MetricSample.objects.filter(step=step).aggregate(at=Max("at"))["at"]
    return found


def waiting_minutes(after: datetime | None, end: datetime, now: datetime, most: int) -> list[datetime]:
    """Return the oldest minutes before `end` of which the history can still take something that it does not have."""
    late, found = _late(now), set[datetime]()
    for model in SOURCES:
        new = model._default_manager.filter(~late, in_history=False, minute__lt=end)
        if after:
            new = new.filter(minute__gt=after)
        found |= set(new.order_by("minute").values_list("minute", flat=True).distinct()[:most])
    return sorted(found)[:most]


def give_up(now: datetime) -> int:
    """Note that the history goes on without the rows that are too late for it, and say so; return their number."""
    late = _late(now)
    return sum(_give_up(model, late) for model in SOURCES)


def needed_no_more(model: Source) -> QuerySet[Any]:
    """Return the rows that may go when they are old.

    The last hour that the history has may lack minutes; it will be computed again, from all of its rows.
    """
    hour = newest(Step.HOUR)
    done = Q(in_history=True, minute__lt=hour) if hour else Q(in_history=True)
    return model._default_manager.filter(done | Q(minute__lt=timezone.now() - WAIT))


def _give_up(model: Source, late: Q) -> int:
    given = 0
    while some := _give_up_some(model, late):
        given += some
    if given:
        logger.warning("%s that came too late for the history: %d", model._meta.verbose_name_plural, given)
    return given


@transaction.atomic
def _give_up_some(model: Source, late: Q) -> int:
    rows = model._default_manager.filter(late, in_history=False).select_for_update(skip_locked=True, of=("self",))
    pks = list(rows.values_list("pk", flat=True)[:BATCH])
    model._default_manager.filter(pk__in=pks).update(in_history=True)
    return len(pks)


def _late(now: datetime) -> Q:
    """Tell rows whose minute or hour may no longer be there in whole: the history went on, or what it took is gone."""
    known = MetricSample.objects.filter(step=Step.MINUTE, at=OuterRef("minute"))
    taken = ProcessSample.objects.filter(minute=OuterRef("minute"), in_history=True)
    passed = Q(Exists(known)) & ~Q(Exists(taken))
    if hour := newest(Step.HOUR):
        passed |= Q(minute__lt=hour)
    return Q(minute__lt=now - LATEST) & passed
