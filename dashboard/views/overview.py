"""The first page: is the bot well, how today is beside yesterday, what waits, what failed."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from botcore.access.gate_selectors import modes
from botcore.alerts.conditions.selectors import firing
from botcore.errors import selectors as errors
from botcore.monitoring import selectors as monitoring
from botcore.monitoring.event_selectors import newest_troubles
from botcore.monitoring.history.today import Pair, today
from botcore.monitoring.standing import CAP, Standing, standing
from botcore.people.activity.selectors import growth
from botcore.runtime.settings import described
from dashboard.access import needs
from dashboard.charts.bars import bar_chart, minutes
from dashboard.charts.sparks import sparkline
from dashboard.lights import lights
from dashboard.pages import show
from dashboard.trends import trend

DAYS, WEEK = 30, 7  # of the small chart of people, and what it says
LATELY = 5  # whole minutes whose mean is the rate


@needs("botcore.view_update")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the state of everything."""
    may, stands = request.user.has_perm, standing(request.user.has_perm)
    facts = {
        **_lights(),
        **(_alarms(stands) if may("botcore.view_alert") else {}),
        **_people_and_updates(),
        "stands": stands,
        "badges": stands.badges,
        "cap": CAP,
        "closed": [row for row in modes(described()) if row.is_changed] if stands.changed else [],
        "troubles": newest_troubles() if may("botcore.view_event") else None,
        "errors": errors.newest() if may("botcore.view_errorgroup") else None,
        "complaints": list(settings.CONFIGURATION_COMPLAINTS.values()),
    }
    return show(request, "overview", **facts)


def _lights() -> dict[str, Any]:
    processes = monitoring.processes()
    webhooks = monitoring.webhooks(processes)
    shown = lights(processes, webhooks)
    return {
        "lights": shown,
        "processes": processes,
        "conditions": dict(Counter(process.condition for process in processes).most_common()),
        "webhooks": [webhook for webhook in webhooks if webhook.last_error and webhook.waiting],
    }


def _alarms(stands: Standing) -> dict[str, Any]:
    return {
        "firing": firing() if stands.firing else [],
        "failing": stands.failing,
    }


def _people_and_updates() -> dict[str, Any]:
    arrived, compared, days = monitoring.last_hour(), today(), growth(DAYS)
    new = compared.new_people
    if new.today is None:
        new = Pair(days[-1].new, new.yesterday)
    return {
        "chart": bar_chart([(f"{minute.start:%H:%M} UTC", minute.count) for minute in arrived], minutes(), "minutes"),
        "rate": sum(minute.count for minute in arrived[-1 - LATELY : -1]) / LATELY,
        "speed": (compared.p50, compared.p95),
        "trends": {
            "updates": trend(_updates(compared.updates, arrived)),
            "active": trend(compared.active_people, before=_("the day before: %(count)s")),
            "new": trend(new),
            "errors": trend(compared.errors, is_trouble=True),
            "said": trend(compared.said),
        },
        "growth": sparkline([day.new for day in days], "day"),
        "people": days[-1].total,
        "new_people": sum(day.new for day in days[-WEEK:]),
        "is_new": not days[-1].total and not any(minute.count for minute in arrived),
    }


def _updates(known: Pair, arrived: list[monitoring.Minute]) -> Pair:
    """Count what came itself while the history, a minute behind, has nothing yet: in the first minutes of a new bot."""
    count = sum(minute.count for minute in arrived[-LATELY:] if minute.start.date() == arrived[-1].start.date())
    is_new = known.today is None and count and not any(minute.count for minute in arrived[:-LATELY])
    return Pair(count, known.yesterday) if is_new else known
