"""What happened to the bot as a whole: outages, gaps, replays, newest first."""

from django.http import HttpRequest, HttpResponse

from dashboard.access import needs
from dashboard.lists.events import EVENTS
from dashboard.tables.page import listing


@needs("botcore.view_event")
def events(request: HttpRequest) -> HttpResponse:
    """List events, newest first."""
    return listing(request, EVENTS)
