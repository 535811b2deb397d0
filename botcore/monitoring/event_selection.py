"""Which events an operator means: conditions from an address, checked there, as a query."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from botcore import timeline
from botcore.monitoring.models import Event


@dataclass(frozen=True)
class EventSelection:
    """All events that fit every condition; empty means any."""

    level: str = ""
    kind: str = ""
    process: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to them."""
        return bool(self.process)

    def listed(self) -> QuerySet[Event]:
        """Return what fits."""
        found = Event.objects.filter(timeline.between(Event, "at", self.since, self.until))
        exact = {"level": self.level, "kind": self.kind, "process": self.process}
        return found.filter(**{name: word for name, word in exact.items() if word})
