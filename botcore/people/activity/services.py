"""One run of the counting: as many steps as its time allows, then the days, weeks and all else that they change."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from botcore.people.activity import answers, funnels, rollups, sources, spans, sweep
from botcore.people.activity.models import CohortWeek, PeopleDay

BUDGET = timedelta(minutes=2)  # of one run; the first ones of a big table go on where the one before ended
WEEKS_MINUTE = 5  # of an hour, before which the running week's cohorts are counted: they join all that its people did


def count_activity(*, check: Callable[[], None], now: datetime | None = None) -> tuple[int, int, bool]:
    """Count what came since the last run; return how many days and weeks changed, and whether there is more."""
    now = now or timezone.now()
    until, ends = sweep.end(now), time.monotonic() + BUDGET.total_seconds()
    rollups.begin(now)
    more = _sweep(until, ends, check)
    days = rollups.count_days(check)
    weeks = rollups.count_weeks(check) if _are_weeks_due(now) else 0
    _count_the_rest(check, now, ends)
    return days, weeks, more


def _sweep(until: int, ends: float, check: Callable[[], None]) -> bool:
    """Go on with both countings in turn; tell whether one of them has more to do."""
    left = [sweep.step, sweep.step_handlers]
    while left and time.monotonic() < ends:
        for step in tuple(left):
            check()
            if not step(until):
                left.remove(step)
    return bool(left)


def _count_the_rest(check: Callable[[], None], now: datetime, ends: float) -> None:
    """Count what looks at more than a day or week of people: by the hour, and what is new at once."""
    is_hour = now.minute < WEEKS_MINUTE
    today = now.astimezone(UTC).date()
    spans.count_spans(check, today=today, ends=ends, with_today=is_hour or spans.is_new(today))
    if is_hour or sources.is_new():
        check()
        sources.count_sources(now)
    if is_hour or answers.is_new():
        check()
        answers.count_answers(now)
    funnels.count_funnels(check, now=now, ends=ends, every=is_hour)


def _are_weeks_due(now: datetime) -> bool:
    """Tell whether a past week has changed, or the hour has come in which the running one is counted again."""
    today = now.date()
    is_past = PeopleDay.objects.filter(is_week_stale=True, day__lt=rollups.monday(today)).exists()
    return is_past or now.minute < WEEKS_MINUTE or not CohortWeek.objects.filter(week=rollups.monday(today)).exists()
