"""Reading what happened to the bot as a whole: the list of events, and the newest that should trouble somebody."""

from dataclasses import dataclass
from datetime import datetime

from botcore.models import Event, Level
from botcore.monitoring.event_selection import EventSelection
from botcore.paging import FIRST, SIZE, Keyset, Page, Place

TROUBLING = (Level.WARNING, Level.ERROR)
NEWEST = 5
WINDOW = 50_000  # events that one page looks through for a kind, which has no index
EVERYTHING = EventSelection()


@dataclass(frozen=True)
class EventRow:
    """An event in a list; `process` is empty when it was none's own."""

    id: int
    at: datetime
    level: str
    kind: str
    text: str
    process: str


def events(chosen: EventSelection = EVERYTHING, *, place: Place = FIRST, size: int = SIZE) -> Page[EventRow]:
    """List events, newest first."""
    window = WINDOW if chosen.is_slow else 0
    return Keyset(chosen.listed(), size=size, window=window).at(place).map(_rows)


def newest_troubles() -> list[EventRow]:
    """Return the five newest warnings and errors; asked for by level, so that the index finds them."""
    rows = [row for level in TROUBLING for row in Event.objects.filter(level=level).order_by("-id")[:NEWEST]]
    return _rows(sorted(rows, key=lambda row: row.pk, reverse=True)[:NEWEST])


def _rows(rows: list[Event]) -> list[EventRow]:
    return [EventRow(row.pk, row.at, row.level, row.kind, row.text, row.process) for row in rows]
