"""What people use: handlers by days, from the history of updates; and the reading of links, funnels and answers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from botcore.monitoring.models import Step, UpdateSum
from botcore.people.activity.models import AnswerDay, Funnel, FunnelWeek, SourceCount
from botcore.people.activity.rollups import monday

DAY = timedelta(days=1)
YEAR = 365
MOST = 200  # handlers and links that a page shows
PRESSES = ["callback_query"]


@dataclass(frozen=True)
class Used:
    """How often a handler ran in the days asked for, and in as many days before them. `presses` came by buttons."""

    handler: str
    uses: int
    before: int
    presses: int


@dataclass(frozen=True)
class Stage:
    """A step of a funnel with the people who took it."""

    handler: str
    people: int


@dataclass(frozen=True)
class Way:
    """A funnel over some weeks; `counted_at` None: it waits for its first count."""

    id: int
    name: str
    days: int
    counted_at: datetime | None
    steps: list[Stage]


def used(days: int) -> list[Used]:
    """Return what was used in the last days, today included as far as it is rolled up; the most used first."""
    midnight = _midnight()
    is_now = Q(at__gte=midnight - (days - 1) * DAY)
    rows = _ended(midnight - (2 * days - 1) * DAY).values_list("handler").order_by()
    found = rows.annotate(
        uses=Sum("count", filter=is_now, default=0),
        before=Sum("count", filter=~is_now, default=0),
        presses=Sum("count", filter=is_now & Q(kind__in=PRESSES), default=0),
    )
    return sorted((Used(*row) for row in found), key=lambda one: (-one.uses, one.handler))[:MOST]


def uses_by_day(days: int) -> list[tuple[date, int]]:
    """Return how often anything was used on each of the last days, today last."""
    first = _midnight() - (days - 1) * DAY
    found = _ended(first).values_list("at").annotate(Sum("count")).order_by()
    sums: dict[date, int] = {}
    for at, count in found:
        sums[at.astimezone(UTC).date()] = sums.get(at.astimezone(UTC).date(), 0) + count
    return [(day, sums.get(day, 0)) for day in (first.date() + number * DAY for number in range(days))]


def known_handlers() -> list[str]:
    """Return the names of all handlers that somebody came to within a year."""
    return sorted(_ended(_midnight() - YEAR * DAY).values_list("handler", flat=True).distinct().order_by())


def sources() -> list[SourceCount]:
    """Return the links that brought most people."""
    return list(SourceCount.objects.order_by("-people", "source")[:MOST])


def funnels(days: int) -> list[Way]:
    """Return the funnels, with the people who began in the weeks of the last days."""
    since = monday(_midnight().date() - days * DAY)
    reached: dict[int, list[int]] = {}
    for funnel_id, counts in FunnelWeek.objects.filter(week__gte=since).values_list("funnel_id", "reached"):
        sums = reached.setdefault(funnel_id, [0] * len(counts))
        reached[funnel_id] = [kept + count for kept, count in zip(sums, counts, strict=True)]
    return [_way(row, reached.get(row.pk, [0] * len(row.steps))) for row in Funnel.objects.order_by("name")]


def answer_days(days: int) -> list[AnswerDay]:
    """Return the last days, today last; one on which nobody asked has no waiting."""
    first = _midnight().date() - (days - 1) * DAY
    known = {row.day: row for row in AnswerDay.objects.filter(day__gte=first)}
    each = (first + number * DAY for number in range(days))
    return [known.get(day) or AnswerDay(day=day, asked=0, answered=0) for day in each]


def _way(row: Funnel, reached: list[int]) -> Way:
    steps = [Stage(handler, people) for handler, people in zip(row.steps, reached, strict=True)]
    return Way(row.pk, row.name, row.days, row.counted_at, steps)


def _ended(since: datetime) -> QuerySet[UpdateSum]:
    """Return the days since then, of what came to a handler."""
    return UpdateSum.objects.filter(step=Step.DAY, at__gte=since).exclude(state="received").exclude(handler="")


def _midnight() -> datetime:
    return timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
