"""Counts → fields whose colour says how much: hours of a week, and shares of people who came again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from botcore.people.activity.selectors import Cohort
from botcore.sentences.numerals import dated, grouped
from dashboard.charts.shapes import level, percent

HOURS, DAYS = 24, 7
GAP = 0.06  # of a field, on each side


@dataclass(frozen=True)
class Field:
    """One hour of the week: where it stands, in percent of the drawing, how strong it is, and what it says."""

    x: str
    y: str
    level: int
    title: str


@dataclass(frozen=True)
class WeekMap:
    """Seven rows of 24 hours; `rows` are the table: an hour, then its counts from Monday to Sunday."""

    name: str
    title: str
    fields: list[Field]
    width: str
    height: str
    days: list[str]
    rows: list[tuple[str, ...]]
    label: str
    is_empty: bool


@dataclass(frozen=True)
class Share:
    """How many of a week's new people were there so many weeks later; an empty text is not known."""

    text: str
    level: int
    title: str


@dataclass(frozen=True)
class CohortRow:
    """The people who came in one week."""

    week: str
    name: str
    size: str
    shares: list[Share]


@dataclass(frozen=True)
class CohortTable:
    """Weeks in which people came, one below the other; `ages` are the weeks since then."""

    ages: list[int]
    rows: list[CohortRow]


def week_map(counts: Mapping[tuple[int, int], int], title: str) -> WeekMap:
    """Return the map of counts by weekday, 0 for Monday, and hour."""
    peak = max(counts.values(), default=0)
    names = [str(WEEKDAYS[day]) for day in range(DAYS)]
    fields = [
        _field(day, hour, counts.get((day, hour), 0), peak, names[day]) for day in range(DAYS) for hour in range(HOURS)
    ]
    return WeekMap(
        name="hours",  # of its table; Growth has a chart of weeks beside it
        title=title,
        fields=fields,
        width=percent((1 - 2 * GAP) / HOURS),
        height=percent((1 - 2 * GAP) / DAYS),
        days=[str(WEEKDAYS_ABBR[day]) for day in range(DAYS)],
        rows=[(_span(hour), *(grouped(counts.get((day, hour), 0)) for day in range(DAYS))) for hour in range(HOURS)],
        label=_label(title, counts, names),
        is_empty=not peak,
    )


def cohort_table(cohorts: Sequence[Cohort]) -> CohortTable:
    """Return the table of cohorts, the newest first."""
    ages = max((len(cohort.came) for cohort in cohorts), default=0)
    return CohortTable(list(range(ages)), [_cohort(cohort, ages) for cohort in cohorts])


def _field(day: int, hour: int, count: int, peak: int, name: str) -> Field:
    return Field(
        x=percent((hour + GAP) / HOURS),
        y=percent((day + GAP) / DAYS),
        level=level(count, peak),
        title=f"{name} {_span(hour)}: {grouped(count)}",
    )


def _span(hour: int) -> str:
    return f"{hour:02}:00–{hour + 1:02}:00"


def _label(title: str, counts: Mapping[tuple[int, int], int], names: Sequence[str]) -> str:
    (day, hour), most = max(counts.items(), key=lambda found: found[1], default=((0, 0), 0))
    if not most:
        return _("%(title)s: nothing yet.") % {"title": title}
    said = {"title": title, "day": names[day], "hour": _span(hour), "count": grouped(most)}
    return _("%(title)s: most on %(day)s at %(hour)s, %(count)s.") % said


def _cohort(cohort: Cohort, ages: int) -> CohortRow:
    shares = [_share(cohort, age) for age in range(len(cohort.came))]
    blank = Share("", 0, "")
    return CohortRow(
        f"{cohort.week:%Y-%m-%d}",
        dated(cohort.week, "d M"),
        grouped(cohort.size),
        shares + [blank] * (ages - len(shares)),
    )


def _share(cohort: Cohort, age: int) -> Share:
    came = cohort.came[age]
    if came is None or not cohort.size:
        return Share("–", 0, _("not known"))
    share = min(1.0, came / cohort.size)
    week = cohort.week + timedelta(weeks=age)
    said = {"week": f"{week:%Y-%m-%d}", "came": grouped(came), "size": grouped(cohort.size)}
    words = _("week of %(week)s: %(came)s of %(size)s wrote") % said
    return Share(f"{100 * share:.0f}%", level(share, 1.0), words)
