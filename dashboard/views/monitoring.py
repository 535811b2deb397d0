"""Monitoring: lights of every check, conditions, processes with their load, and charts over any range of time."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from botcore.alerts import selectors as alerts
from botcore.alerts.conditions import selectors as states
from botcore.monitoring.health import checks
from botcore.monitoring.selectors import beats
from botcore.runtime import restart
from dashboard.access import needs
from dashboard.charts import ranges
from dashboard.charts.monitoring import charts
from dashboard.pages import fingerprint, refresh, show
from dashboard.viewer import is_poll
from dashboard.views.alerts import SILENCES
from dashboard.watched import lamps, load, nobody

NEWEST = 5  # alerts


@needs("botcore.view_heartbeat")
def monitoring(request: HttpRequest) -> HttpResponse:
    """Show how everything is and was; the charts are a live part of their own, since they change once a minute."""
    if request.GET.get("part") == "numbers":
        return _numbers(request)
    if not is_poll(request):
        past = _past(request)
        return show(request, "monitoring", beside={**past, "charts_seen": fingerprint(past)}, **_present(request))
    if request.GET.get("part") == "charts":
        return refresh(request, "monitoring_charts", **_past(request))
    return show(request, "monitoring", **_present(request))


def _past(request: HttpRequest) -> dict[str, Any]:
    chosen = ranges.chosen(request.GET, timezone.now())
    drawn = charts(chosen)
    return {
        "range": chosen,
        "spans": list(ranges.SPANS),
        "charts": drawn.charts,
        "period": drawn.period,
        "is_empty": all(chart.is_empty for chart in drawn.charts),
        "tables": "tables" in request.GET,
    }


def _numbers(request: HttpRequest) -> HttpResponse:
    """Say what the charts show at each of their points, for who points at one."""
    drawn = charts(ranges.chosen(request.GET, timezone.now())).charts
    axis = drawn[0].axis
    said = {chart.name: chart.texts for chart in drawn}
    return JsonResponse({"first": axis.first, "seconds": axis.seconds, "moments": axis.moments, "charts": said})


def _present(request: HttpRequest) -> dict[str, Any]:
    seen = beats()
    found = checks(beats=seen)
    lights = lamps(found, timezone.now())
    facts = {
        "nobody": nobody(found),
        "lamps": lights,
        "tally": dict(Counter(lamp.light for lamp in lights)),
        "rows": [load(process) for process in seen.recent],
        "restart": restart.current(),
    }
    if request.user.has_perm("botcore.view_alert"):
        facts |= _alerts(sees_errors=request.user.has_perm("botcore.view_errorgroup"))
    return facts


def _alerts(*, sees_errors: bool) -> dict[str, Any]:
    rows = states.conditions()
    return {
        "conditions": [row for row in rows if row.stand in {"firing", "seen"} or row.silenced_until],
        "well": sum(row.stand == "well" for row in rows),
        "nobody_looks": states.nobody_looks(rows),
        "silences": SILENCES,
        "alerts": alerts.newest(NEWEST, sees_errors=sees_errors),
    }
