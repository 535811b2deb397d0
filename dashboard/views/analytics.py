"""The other tabs of Growth: what people use, where they came from, how far they come, how long they wait."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.people.activity import funnels as services
from botcore.people.activity import usage as selectors
from botcore.sentences.numerals import dated
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.charts.bars import BarChart, bar_chart, days
from dashboard.pages import show

SPANS = {"30": 30, "90": 90, "365": 365}  # days
MINUTE = 60
TABS = {
    "growth": gettext_lazy("Growth"),
    "usage": gettext_lazy("What is used"),
    "sources": gettext_lazy("Sources"),
    "funnels": gettext_lazy("Funnels"),
    "answers": gettext_lazy("Answers"),
}


@dataclass(frozen=True)
class Stage:
    """A step of a funnel: its people, and their shares of the first step's and of the step's before."""

    handler: str
    people: int
    of_all: int
    of_before: int


def tabs() -> list[tuple[str, str]]:
    """Return the addresses' names and the words of all tabs."""
    return [(f"dashboard:{name}", str(words)) for name, words in TABS.items()]


@needs("botcore.view_user")
def usage(request: HttpRequest) -> HttpResponse:
    """Show how often which handler ran."""
    span = _span(request)
    by_day = [(dated(day, "d M Y"), count) for day, count in selectors.uses_by_day(SPANS[span])]
    words = days(_("Commands, buttons and messages that were handled, per day"), _("Uses"), SPANS[span])
    return _page(request, "usage", span, rows=selectors.used(SPANS[span]), chart=bar_chart(by_day, words, "uses"))


@needs("botcore.view_user")
def sources(request: HttpRequest) -> HttpResponse:
    """Show the links that brought most people."""
    return show(request, "sources", rows=selectors.sources(), tabs=tabs())


@needs("botcore.view_user")
def funnels(request: HttpRequest) -> HttpResponse:
    """Show every funnel with its steps, and the form for another one."""
    span = _span(request)
    ways = [(way, _stages(way)) for way in selectors.funnels(SPANS[span])]
    facts = {"steps": range(1, services.MOST_STEPS + 1), "least": services.LEAST_STEPS, "most_days": services.MOST_DAYS}
    return _page(request, "funnels", span, ways=ways, handlers=selectors.known_handlers(), **facts)


@needs("botcore.view_user", "botcore.change_runtimesetting")
def funnel_add(request: HttpRequest) -> HttpResponse:
    """Make a funnel of what was chosen; a step that was left out is none."""

    def do() -> object:
        steps = [step for step in request.POST.getlist("step")[: services.MOST_STEPS] if step]
        name, within = request.POST.get("name", ""), request.POST.get("days", "")
        return services.add_funnel(name=name, steps=steps, days=within, by=request.user.get_username())

    if request.method == "POST":  # else someone came back here from the login page
        attempt(request, do, done=_("The funnel is there. Its numbers come within a minute."))
    return redirect("dashboard:funnels")


@needs("botcore.view_user", "botcore.change_runtimesetting")
def funnel_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a funnel; its people stay as they are."""

    def do() -> bool:
        return services.remove_funnel(funnel_id=pk, by=request.user.get_username())

    if request.method == "POST":
        attempt(request, do, done=_("The funnel is removed."), nothing=_("There is no such funnel (any more)."))
    return redirect("dashboard:funnels")


@needs("botcore.view_user")
def answers(request: HttpRequest) -> HttpResponse:
    """Show how long people waited for an operator, by the day on which they wrote."""
    span = _span(request)
    rows = selectors.answer_days(SPANS[span])
    asked, answered = sum(row.asked for row in rows), sum(row.answered for row in rows)
    shown = (
        ("half", _("Half of the answers came within so many minutes"), [row.half_seconds for row in rows]),
        ("most", _("Nine of ten came within so many minutes"), [row.most_seconds for row in rows]),
    )
    names = [dated(row.day, "d M Y") for row in rows]
    charts = [_minutes(name, title, names, seconds) for name, title, seconds in shown]
    return _page(request, "answers", span, charts=charts, asked=asked, answered=answered)


def _span(request: HttpRequest) -> str:
    return one_of(request.GET.get("days", "90"), SPANS)


def _page(request: HttpRequest, name: str, span: str, **facts: Any) -> HttpResponse:
    return show(request, name, span=span, spans=list(SPANS), tabs=tabs(), **facts)


def _stages(way: selectors.Way) -> list[Stage]:
    first, before, found = way.steps[0].people, way.steps[0].people, []
    for step in way.steps:
        found.append(Stage(step.handler, step.people, _share(step.people, first), _share(step.people, before)))
        before = step.people
    return found


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _minutes(name: str, title: str, names: list[str], seconds: list[int | None]) -> BarChart:
    """Return the bars of a waiting; what took less than a minute counts as one."""
    minutes = [-(-(waited or 0) // MINUTE) for waited in seconds]
    words = days(title, _("Minutes"), len(names), is_sum=False)
    return bar_chart(list(zip(names, minutes, strict=True)), words, name)
