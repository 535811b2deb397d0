"""One run of the counting: as many steps as its time allows, then the days and weeks that they have changed."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from botcore.people.activity import rollups, sweep
from botcore.people.activity.models import CohortWeek, PeopleDay

BUDGET = timedelta(minutes=2)  # of one run; the first ones of a big table go on where the one before ended
WEEKS_MINUTE = 5  # of an hour, before which the running week's cohorts are counted: they join all that its people did


def count_activity(*, check: Callable[[], None], now: datetime | None = None) -> tuple[int, int, bool]:
    """Count what came since the last run; return how many days and weeks changed, and whether there is more."""
    now = now or timezone.now()
    until, ends = sweep.end(now), time.monotonic() + BUDGET.total_seconds()
    rollups.begin(now)
    more = True
    while more and time.monotonic() < ends:
        check()
        more = any([sweep.step(until, of=sweep.DAYS), sweep.step(until, of=sweep.FEATURES)])
    days = rollups.count_days(check)
    weeks = rollups.count_weeks(check) if _are_weeks_due(now) else 0
    return days, weeks, more


def _are_weeks_due(now: datetime) -> bool:
    """Tell whether a past week has changed, or the hour has come in which the running one is counted again."""
    today = now.date()
    is_past = PeopleDay.objects.filter(is_week_stale=True, day__lt=rollups.monday(today)).exists()
    return is_past or now.minute < WEEKS_MINUTE or not CohortWeek.objects.filter(week=rollups.monday(today)).exists()
