"""Funnels: of the people who took the first step in a week, how many came to the second, the third … in time.

A step is a handler, taken when a person came to it for the first time; each must be first taken no earlier than the one
before it, and the last one within so many days of the first. Counted by a job, week by week: a page joins no people.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from botcore import sql
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people.activity.models import Funnel, FunnelWeek, PersonHandler
from botcore.people.activity.rollups import WEEK, monday
from botcore.people.activity.usage import known_handlers
from botcore.validators import integer, text

LEAST_STEPS, MOST_STEPS = 2, 5
MOST_FUNNELS, MOST_DAYS, NAME = 20, 90, 60
WEEKS = 53  # that are counted at most: a year


@transaction.atomic
def add_funnel(*, name: str, steps: list[str], days: str, by: str) -> int:
    """Create a funnel, which is counted within a minute; raise ValidationError for what makes none."""
    name, within = text(name, most=NAME, lines=False), integer(days, least=1, most=MOST_DAYS)
    _check_steps(steps)
    sql.one_at_a_time("funnels")
    if Funnel.objects.filter(name=name).exists():
        raise ValidationError(_("There is a funnel with this name already."))
    if Funnel.objects.count() >= MOST_FUNNELS:
        raise ValidationError(_("There are %(most)s funnels already. Remove one first.") % {"most": MOST_FUNNELS})
    row = Funnel.objects.create(name=name, steps=steps, days=within)
    record("funnel.add", f"funnel:{row.pk}", after={"name": name, "steps": steps, "days": within}, by=by)
    return row.pk


@transaction.atomic
def remove_funnel(*, funnel_id: int, by: str) -> bool:
    """Remove a funnel with its numbers; return False when there is none."""
    row = Funnel.objects.filter(pk=funnel_id).first()
    if row is None:
        return False
    record("funnel.remove", f"funnel:{row.pk}", before={"name": row.name, "steps": row.steps, "days": row.days}, by=by)
    row.delete()
    return True


def count_funnels(check: Callable[[], None], *, now: datetime, ends: float, every: bool) -> None:
    """Count the new ones from the first week on, all others only the weeks whose people may still go on."""
    for row in Funnel.objects.order_by("pk") if every else Funnel.objects.filter(counted_at=None):
        for week in _weeks(row, now):
            if time.monotonic() > ends:
                return  # the next run begins with this funnel again
            check()
            _count_week(row, week)
        Funnel.objects.filter(pk=row.pk).update(counted_at=now)


def _check_steps(steps: list[str]) -> None:
    if not LEAST_STEPS <= len(steps) <= MOST_STEPS:
        raise ValidationError(_("A funnel has two to five steps."))
    if len(set(steps)) < len(steps):
        raise ValidationError(_("Each step must be another one."))
    if strange := set(steps) - set(known_handlers()):
        raise ValidationError(_("Nobody has come to %(step)s yet.") % {"step": min(strange)[:100]})


def _weeks(row: Funnel, now: datetime) -> list[date]:
    """Return the Mondays to count, oldest first."""
    newest = monday(now.astimezone(UTC).date())
    first = PersonHandler.objects.filter(handler=row.steps[0]).aggregate(at=Min("first_at"))["at"]
    if first is None:
        return []
    oldest = max(monday(first.astimezone(UTC).date()), newest - (WEEKS - 1) * WEEK)
    if row.counted_at:
        oldest = max(oldest, monday((row.counted_at - timedelta(days=row.days)).astimezone(UTC).date()))
    return [oldest + number * WEEK for number in range((newest - oldest).days // 7 + 1)]


def _count_week(row: Funnel, week: date) -> None:
    begins = datetime(week.year, week.month, week.day, tzinfo=UTC)
    later = "".join(_join(number) for number in range(2, len(row.steps) + 1))
    counts = ", ".join(["count(*)", *(f"count(step{number}.user_id)" for number in range(2, len(row.steps) + 1))])
    params: list[Any] = [value for step in row.steps[1:] for value in (step, row.days)]
    found = sql.execute(
        f"""
        SELECT {counts} FROM botcore_personhandler AS step1 {later}
        WHERE step1.handler = %s AND step1.first_at >= %s AND step1.first_at < %s
        """,
        [*params, row.steps[0], sql.adapt(begins), sql.adapt(begins + WEEK)],
    )
    reached = [int(count) for count in found[0]]
    if reached[0]:
        FunnelWeek.objects.update_or_create(funnel=row, week=week, defaults={"reached": reached})
    else:
        FunnelWeek.objects.filter(funnel=row, week=week).delete()  # they were erased


def _join(number: int) -> str:
    """SQL that finds who of the step before took this one, too, and in time."""
    this, before = f"step{number}", f"step{number - 1}"
    if sql.is_postgresql():
        in_time = f"{this}.first_at <= step1.first_at + %s * interval '1 day'"
    else:
        in_time = f"julianday({this}.first_at) - julianday(step1.first_at) <= %s"
    return f"""
        LEFT JOIN botcore_personhandler AS {this} ON {this}.user_id = {before}.user_id AND {this}.handler = %s
            AND {this}.first_at >= {before}.first_at AND {in_time}"""
