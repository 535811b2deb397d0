"""Reading what happened to the bot as a whole: the list of events, and the newest that should trouble somebody."""

from dataclasses import dataclass
from datetime import datetime

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
    """Return the five newest warnings and errors; asked for by level, so that the index finds them."""
    rows = [row for level in TROUBLING for row in Event.objects.filter(level=level).order_by("-id")[:NEWEST]]
    return _rows(sorted(rows, key=lambda row: row.pk, reverse=True)[:NEWEST])


def _rows(rows: list[Event]) -> list[EventRow]:
    return [EventRow(row.pk, row.at, row.level, row.kind, row.text, row.process) for row in rows]
