"""Reading what happened to the bot as a whole: the list of events, and the newest that should trouble somebody."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from botcore.models import Event, Level
from botcore.paging import SIZE, Keyset, Page

TROUBLING = (Level.WARNING, Level.ERROR)
NEWEST = 5


@dataclass(frozen=True)
class EventRow:
    """An event in a list; `process` is empty when it was none's own."""

    id: int
    at: datetime
    level: str
    kind: str
    text: str
    process: str


def events(*, level: str = "", cursor: str = "", size: int = SIZE) -> Page[EventRow]:
    """List events, newest first."""
    found = Event.objects.filter(level=level) if level else Event.objects.all()
    return Keyset(found, size=size).page(cursor).map(_rows)


def newest_troubles() -> list[EventRow]:
    """Return the five newest warnings and errors; each level's own five are asked for, so that the index finds them."""
    newest = [Event.objects.filter(level=level).order_by("-id").values("pk")[:NEWEST] for level in TROUBLING]
    return _rows(list(Event.objects.filter(Q(pk__in=newest[0]) | Q(pk__in=newest[1])).order_by("-id")[:NEWEST]))


def _rows(rows: list[Event]) -> list[EventRow]:
    return [EventRow(row.pk, row.at, row.level, row.kind, row.text, row.process) for row in rows]
