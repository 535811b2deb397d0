"""Reading activity: how the number of people grows, who comes again, and a person's days."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import Max, Min
from django.utils import timezone

from botcore import sql
from botcore.people.activity.models import CohortWeek, PeopleDay, PersonDay
from botcore.people.activity.rollups import WEEK, monday

DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayOfPeople:
    """A day (UTC): who came, who wrote (None: not known), and how many had come until its end.

    `week` and `month` are those who wrote on it or within the 6 or 29 days before it, each once.
    """

    day: date
    new: int
    active: int | None
    total: int
    week: int | None = None
    month: int | None = None


@dataclass(frozen=True)
class ActiveNow:
    """Who writes, as far as it is counted: the mean of a day, within 7 days, within 30; day by month is stickiness."""

    day: int
    week: int
    month: int


@dataclass(frozen=True)
class Cohort:
    """People who were first seen in one week. `came`: how many wrote in that week and each one after it.

    None is a week from before activity was counted.
    """

    week: date
    size: int
    came: list[int | None]


def growth(days: int) -> list[DayOfPeople]:
    """Return the last days, today last; one query."""
    today = _today()
    first = today - (days - 1) * DAY
    rows = sql.execute(
        """
        SELECT CAST(NULL AS date), sum(new), 0, 0, 0 FROM botcore_peopleday WHERE day < %s
        UNION ALL SELECT day, new, active, week_active, month_active FROM botcore_peopleday WHERE day >= %s
        """,
        [first, first],
    )
    before = sum(new or 0 for day, new, *_ in rows if day is None)
    known = {_read(day): (new, *counts) for day, new, *counts in rows if day is not None}
    return _filled(known, before, first, today)


def active_now(found: list[DayOfPeople]) -> ActiveNow | None:
    """Return who writes by the newest day whose month is counted; None before there is one."""
    last = next((number for number in reversed(range(len(found))) if found[number].month is not None), None)
    if last is None:
        return None
    days = [day.active for day in found[max(0, last - 29) : last + 1] if day.active is not None]
    return ActiveNow(round(sum(days) / len(days)) if days else 0, found[last].week or 0, found[last].month or 0)


def _filled(
    known: dict[date, tuple[int, int | None, int | None, int | None]], total: int, first: date, today: date
) -> list[DayOfPeople]:
    """Add the days on which nothing happened; nobody wrote then, unless activity was not counted yet.

    Spans of today are as old as an hour: they are at least who has written on the day itself.
    """
    counted = min((day for day, (_, active, *_rest) in known.items() if active is not None), default=None)
    found = []
    while first <= today:
        nobody = (0, 0 if counted and counted <= first else None, None, None)
        new, active, week, month = known.get(first, nobody)
        total += new
        spans = (span if span is None else max(span, active or 0) for span in (week, month))
        found.append(DayOfPeople(first, new, active, total, *spans))
        first += DAY
    return found


def cohorts(weeks: int) -> list[Cohort]:
    """Return the people of the last weeks with who of them came again, the newest first."""
    newest = monday(_today())
    oldest = newest - (weeks - 1) * WEEK
    known = CohortWeek.objects.aggregate(first=Min("week"), last=Max("week"))
    came = {(row.cohort, row.week): row.people for row in CohortWeek.objects.filter(cohort__gte=oldest)}
    sizes: dict[date, int] = {}
    for day, new in PeopleDay.objects.filter(day__gte=oldest).values_list("day", "new"):
        sizes[monday(day)] = sizes.get(monday(day), 0) + new
    found = []
    for number in range(weeks):
        cohort = newest - number * WEEK
        later = [cohort + age * WEEK for age in range(number + 1)]
        found.append(
            Cohort(
                cohort,
                sizes.get(cohort, 0),
                [came.get((cohort, week), 0) if known["first"] and known["first"] <= week else None for week in later],
            )
        )
    return found


def person_days(user_id: int, days: int) -> list[tuple[date, int]]:
    """Return how many updates came from a person on each of the last days, today last."""
    first = _today() - (days - 1) * DAY
    counted = dict(PersonDay.objects.filter(user_id=user_id, day__gte=first).values_list("day", "updates"))
    return [(day, counted.get(day, 0)) for day in (first + number * DAY for number in range(days))]


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


def _read(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
