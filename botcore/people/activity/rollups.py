"""What days and weeks come to: computed anew from their people, never added to, so that it cannot drift."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate, TruncWeek

from botcore.people.activity.models import CohortWeek, PeopleDay, PersonDay
from botcore.people.models import User

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def monday(day: date) -> date:
    """Return where a day's week begins."""
    return day - timedelta(days=day.weekday())


def begin(now: datetime) -> None:
    """See that there is a row for today, and on the very first run one for each day on which somebody came."""
    today = now.astimezone(UTC).date()
    if not PeopleDay.objects.exists():
        _seed(today)
    PeopleDay.objects.update_or_create(day=today, defaults={"is_stale": True})


def count_days(check: Callable[[], None]) -> int:
    """Count the people of each day that has changed; return how many days that were."""
    stale = list(PeopleDay.objects.filter(is_stale=True).order_by("day").values_list("day", flat=True))
    if not stale:
        return 0
    new = _new(stale[0], stale[-1])
    for day in stale:
        check()
        with transaction.atomic():
            row = PeopleDay.objects.select_for_update().get(pk=day)
            row.active, row.new, row.is_stale = PersonDay.objects.filter(day=day).count(), new.get(day, 0), False
            row.save(update_fields=["active", "new", "is_stale"])
            PeopleDay.objects.filter(day__gte=day, day__lt=day + MONTH).update(is_span_stale=True)
    return len(stale)


def count_weeks(check: Callable[[], None]) -> int:
    """Count who of each cohort wrote in each week that has changed; return how many weeks that were."""
    weeks = sorted({monday(day) for day in PeopleDay.objects.filter(is_week_stale=True).values_list("day", flat=True)})
    for week in weeks:
        check()
        with transaction.atomic():
            rows = PeopleDay.objects.select_for_update().filter(day__gte=week, day__lt=week + WEEK)
            changed = [row.pk for row in rows if row.is_week_stale]
            found = PersonDay.objects.filter(day__gte=week, day__lt=week + WEEK)
            cohorts = found.values_list(TruncWeek("user__first_seen", tzinfo=UTC)).annotate(
                Count("user_id", distinct=True)
            )
            kept = [CohortWeek(cohort=at.date(), week=week, people=count) for at, count in cohorts.order_by()]
            CohortWeek.objects.filter(week=week).delete()
            CohortWeek.objects.bulk_create(kept)
            PeopleDay.objects.filter(pk__in=changed).update(is_week_stale=False)
    return len(weeks)


def _seed(today: date) -> None:
    """Make the days of before: their new people are known, who wrote is counted where updates are still there."""
    new = _new(date.min, today)
    rows = [PeopleDay(day=day, new=count, is_stale=False, is_week_stale=False) for day, count in new.items()]
    PeopleDay.objects.bulk_create(rows, ignore_conflicts=True)


def _new(first: date, last: date) -> dict[date, int]:
    """Return how many people were first seen on each of these days: those were also last seen there or later."""
    rows = User.objects.all()
    if first > date.min:
        since = datetime(first.year, first.month, first.day, tzinfo=UTC)
        rows = rows.filter(last_seen__gte=since, first_seen__gte=since)
    counted = rows.values_list(TruncDate("first_seen", tzinfo=UTC)).annotate(Count("pk")).order_by()
    return {day: count for day, count in counted if day <= last}
