"""What happened to the bot as a whole: outages, gaps, replays, newest first."""

from django.http import HttpRequest, HttpResponse

from botcore.models import Level
from botcore.monitoring.event_selectors import events as find
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.view_event")
def events(request: HttpRequest) -> HttpResponse:
    """List events, newest first."""
    level = request.GET.get("level", "")
    if level:
        one_of(level, Level.values)
    cursor = request.GET.get("cursor", "")
    page = find(level=level, cursor=cursor)
    return show(request, "events", page=page, level=level, levels=Level.choices, cursor=cursor)
