"""The first page: is the bot well, what comes in, what waits, what failed."""

from collections import Counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from botcore.access.gate_selectors import modes
from botcore.alerts.conditions.selectors import firing
from botcore.alerts.selectors import failing_channels
from botcore.errors import selectors as errors
from botcore.inbox import selectors as inbox
from botcore.monitoring import selectors as monitoring
from botcore.monitoring.event_selectors import newest_troubles
from botcore.outbox import selectors as outbox
from botcore.people.selectors import head_count
from dashboard.access import needs
from dashboard.charts.bars import bar_chart, minutes
from dashboard.pages import show

PENDING_CAP = 10_000
NEWEST = 10


@needs("botcore.view_update")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the state of everything."""
    arrivals = monitoring.arrivals()
    processes = monitoring.processes()
    facts = {
        "processes": processes,
        "conditions": dict(Counter(process.condition for process in processes).most_common()),
        "webhooks": monitoring.webhooks(processes),
        "troubles": newest_troubles() if request.user.has_perm("botcore.view_event") else None,
        "firing": firing() if request.user.has_perm("botcore.view_alert") else [],
        "closed": [row for row in modes() if row.is_changed],
        "failing": failing_channels() if request.user.has_perm("botcore.view_alert") else [],
        "arrivals": arrivals,
        "chart": bar_chart([(f"{minute.start:%H:%M} UTC", minute.count) for minute in arrivals.minutes], minutes()),
        "people": head_count(),
        "pending": inbox.pending_count(PENDING_CAP + 1),
        "pending_cap": PENDING_CAP,
        "oldest_pending": inbox.oldest_pending(),
        "outbox": outbox.counts(),
        "errors": errors.newest() if request.user.has_perm("botcore.view_errorgroup") else None,
        "failure": inbox.newest_failure(),
        "page": inbox.updates(size=NEWEST),
        "complaints": list(settings.CONFIGURATION_COMPLAINTS.values()),
    }
    return show(request, "overview", **facts)
