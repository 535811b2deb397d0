"""How the number of people grows, who comes again, and when people write."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from botcore.monitoring.selectors import week_by_hours
from botcore.people.activity import selectors
from botcore.people.activity.rollups import monday
from botcore.sentences.numerals import dated
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.charts.bars import BarChart, bar_chart, days
from dashboard.charts.heat import cohort_table, week_map
from dashboard.pages import show
from dashboard.views.analytics import tabs

SPANS = {"30": 30, "90": 90, "365": 365}  # days
MOST_DAYS = 100  # that are shown one by one
WEEKS = 12  # of cohorts
WEEKS_OF_HOURS = 4


@needs("botcore.view_user")
def growth(request: HttpRequest) -> HttpResponse:
    """Show the charts over the chosen days."""
    span = one_of(request.GET.get("days", "90"), SPANS)
    found = selectors.growth(SPANS[span])
    facts = {
        "span": span,
        "spans": list(SPANS),
        "people": found[-1].total,
        "charts": _charts(found),
        "is_empty": not found[-1].total,
        "active": selectors.active_now(found),
        "tabs": tabs(),
        "table": cohort_table(selectors.cohorts(WEEKS)),
        "map": week_map(week_by_hours(WEEKS_OF_HOURS), _("Updates by hour and weekday, 4 weeks")),
    }
    return show(request, "growth", **facts)


def _charts(found: list[selectors.DayOfPeople]) -> list[BarChart]:
    """Return new people, who wrote, and all people: by the day, of a long time by the week; spans by the week."""
    weeks = [list(part) for _week, part in groupby(found, key=lambda day: monday(day.day))]
    by_week = [_("week of %(day)s") % {"day": dated(part[0].day, "d M Y")} for part in weeks]
    spans = (
        ("week", _("People who wrote within 7 days"), by_week, [part[-1].week or 0 for part in weeks]),
        ("month", _("People who wrote within 30 days"), by_week, [part[-1].month or 0 for part in weeks]),
    )
    if len(found) > MOST_DAYS:
        shown = (
            ("new", _("New people per week"), by_week, [sum(day.new for day in part) for part in weeks]),
            ("active", _("People who wrote, mean of a day"), by_week, [_mean(part) for part in weeks]),
            *spans,
            ("total", _("People in total"), by_week, [part[-1].total for part in weeks]),
        )
    else:
        names = [dated(day.day, "d M Y") for day in found]
        shown = (
            ("new", _("New people per day"), names, [day.new for day in found]),
            ("active", _("People who wrote, per day"), names, [day.active or 0 for day in found]),
            *spans,
            ("total", _("People in total"), names, [day.total for day in found]),
        )
    return [
        _chart(name, title, list(zip(names, counts, strict=True)), len(found)) for name, title, names, counts in shown
    ]


def _chart(name: str, title: str, counts: list[tuple[str, int]], span: int) -> BarChart:
    counted = _("New people") if name == "new" else _("People")
    return bar_chart(counts, days(title, counted, span, is_sum=name == "new"), name)


def _mean(days: list[selectors.DayOfPeople]) -> int:
    """Return how many wrote on a day of these of which it is known."""
    known = [day.active for day in days if day.active is not None]
    return round(sum(known) / len(known)) if known else 0
