"""Which feedback an operator means: conditions from an address, checked there, as a query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from botcore import timeline
from botcore.feedback.models import Feedback


@dataclass(frozen=True)
class FeedbackSelection:
    """All messages that fit every condition; None means any."""

    unread: bool = False
    person: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_slow = False

    def listed(self) -> QuerySet[Feedback]:
        """Return what fits, with who wrote it."""
        found = Feedback.objects.select_related("user")
        found = found.filter(timeline.between(Feedback, "sent_at", self.since, self.until))
        if self.unread:
            found = found.filter(read_at__isnull=True)
        return found if self.person is None else found.filter(user_id=self.person)


def unread(cap: int = 1000) -> QuerySet[Any]:
    """Return the unread messages to be counted, but not further than the cap."""
    return Feedback.objects.filter(read_at__isnull=True).order_by().values("pk")[:cap]
