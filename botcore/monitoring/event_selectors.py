"""Reading what happened to the bot as a whole: the list of events, and the newest that should trouble somebody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q

from botcore.models import Event, Level
from botcore.monitoring.event_selection import EventSelection
from botcore.paging import FIRST, SIZE, Keyset, Page, Place

TROUBLING = (Level.WARNING, Level.ERROR)
NEWEST = 5
WINDOW = 50_000  # events that one page looks through for a process, which has no index
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

    @property
    def day(self) -> date:
        """The day (UTC) on which it happened."""
        return self.at.astimezone(UTC).date()


def events(chosen: EventSelection = EVERYTHING, *, place: Place = FIRST, size: int = SIZE) -> Page[EventRow]:
    """List events, newest first."""
    window = WINDOW if chosen.is_slow else 0
    return Keyset(chosen.listed(), size=size, window=window).at(place).map(_rows)


def newest_troubles() -> list[EventRow]:
    """Return the five newest warnings and errors; each level's own five are asked for, so that the index finds them."""
    newest = [Event.objects.filter(level=level).order_by("-id").values("pk")[:NEWEST] for level in TROUBLING]
    return _rows(list(Event.objects.filter(Q(pk__in=newest[0]) | Q(pk__in=newest[1])).order_by("-id")[:NEWEST]))


def _rows(rows: list[Event]) -> list[EventRow]:
    return [EventRow(row.pk, row.at, row.level, row.kind, row.text, row.process) for row in rows]
