"""Reading what happened to the bot as a whole: the list of events, and the newest that should trouble somebody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Q

from botcore.models import Event, Level
from botcore.paging import SIZE, Keyset, Page

TROUBLING = (Level.WARNING, Level.ERROR)
NEWEST = 5
WINDOW = 50_000  # events that one page looks through for a kind or a process


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


def events(*, level: str = "", kind: str = "", process: str = "", cursor: str = "", size: int = SIZE) -> Page[EventRow]:
    """List events, newest first; kinds and processes have no index, so a page looks through a window for them."""
    asked = {"level": level, "kind": kind, "process": process}
    found = Event.objects.filter(**{name: value for name, value in asked.items() if value})
    return Keyset(found, size=size, window=WINDOW if kind or process else 0).page(cursor).map(_rows)


def newest_troubles() -> list[EventRow]:
    """Return the five newest warnings and errors; each level's own five are asked for, so that the index finds them."""
    newest = [Event.objects.filter(level=level).order_by("-id").values("pk")[:NEWEST] for level in TROUBLING]
    return _rows(list(Event.objects.filter(Q(pk__in=newest[0]) | Q(pk__in=newest[1])).order_by("-id")[:NEWEST]))


def _rows(rows: list[Event]) -> list[EventRow]:
    return [EventRow(row.pk, row.at, row.level, row.kind, row.text, row.process) for row in rows]
