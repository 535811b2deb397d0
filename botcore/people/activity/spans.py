"""How many people wrote within the week and the month up to a day, each once: what stickiness is made of."""

import time
from collections.abc import Callable
from datetime import date

from django.db.models import Count, Min

from botcore.people.activity.models import PeopleDay, PersonDay
from botcore.people.activity.rollups import MONTH, WEEK


def count_spans(check: Callable[[], None], *, today: date, ends: float, with_today: bool) -> int:
    """Count the days that have changed, the newest first, until the time is over; return how many that were.

    Today changes every minute and is counted when the caller says so. What lies before the oldest days that are kept
    stays as it is: retention has taken what it would be counted from.
    """
    oldest = PersonDay.objects.aggregate(at=Min("day"))["at"] or today
    stale = PeopleDay.objects.filter(is_span_stale=True)
    stale.filter(day__lt=oldest).update(is_span_stale=False)
    counted = 0
    for day in list(stale.order_by("-day").values_list("day", flat=True)):
        if day == today and not with_today:
            continue
        if time.monotonic() > ends:
            break
        check()
        week, month = _people(day - WEEK, day), _people(day - MONTH, day)
        PeopleDay.objects.filter(pk=day).update(week_active=week, month_active=month, is_span_stale=False)
        counted += 1
    return counted


def is_new(today: date) -> bool:
    """Tell whether today was never counted."""
    return PeopleDay.objects.filter(pk=today, month_active=None).exists()


def _people(after: date, until: date) -> int:
    found = PersonDay.objects.filter(day__gt=after, day__lte=until)
    return int(found.aggregate(people=Count("user_id", distinct=True))["people"])
