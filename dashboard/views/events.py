"""What happened to the bot as a whole: outages, gaps, replays, newest first."""

from django.http import HttpRequest, HttpResponse

from botcore.exceptions import ValidationError
from botcore.models import Level
from botcore.monitoring.event_selectors import events as find
from botcore.monitoring.events import PROCESS_LENGTH
from botcore.validators import one_of, storable
from dashboard.access import needs
from dashboard.filters import KIND
from dashboard.pages import show


@needs("botcore.view_event")
def events(request: HttpRequest) -> HttpResponse:
    """List events, newest first."""
    level, kind = request.GET.get("level", ""), request.GET.get("kind", "")
    if level:
        one_of(level, Level.values)
    if kind and not KIND.fullmatch(kind):
        raise ValidationError("The kind in the address is none that an event could have.")
    process = storable(request.GET.get("process", ""))[:PROCESS_LENGTH]
    cursor = request.GET.get("cursor", "")
    page = find(level=level, kind=kind, process=process, cursor=cursor)
    chosen = {"level": level, "kind": kind, "process": process}
    return show(request, "events", page=page, levels=Level.choices, cursor=cursor, **chosen)
