"""How long people wait for an operator: by the day on which they wrote, counted anew while answers may still come."""

import math
from collections import defaultdict
from datetime import UTC, date, datetime

from django.db import transaction

from botcore import timeline
from botcore.conversations.waits import LONGEST
from botcore.feedback.models import Feedback
from botcore.people.activity.models import AnswerDay

HALF, NEARLY_ALL = 0.5, 0.9  # of the answered

Wait = float | None  # seconds; None: nobody has answered


def count_answers(now: datetime) -> None:
    """Count the days whose messages may have been answered since."""
    first = (now - LONGEST).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days: dict[date, list[Wait]] = defaultdict(list)
    found = Feedback.objects.filter(timeline.between(Feedback, "sent_at", first, None))
    for sent, answered in found.values_list("sent_at", "answered_at").order_by():
        days[sent.astimezone(UTC).date()].append((answered - sent).total_seconds() if answered else None)
    with transaction.atomic():
        AnswerDay.objects.filter(day__gte=first.date()).delete()
        AnswerDay.objects.bulk_create([_row(day, waits) for day, waits in sorted(days.items())])


def is_new() -> bool:
    """Tell whether they were never counted though somebody has asked."""
    return not AnswerDay.objects.exists() and Feedback.objects.exists()


def _row(day: date, waits: list[Wait]) -> AnswerDay:
    known = sorted(max(0.0, wait) for wait in waits if wait is not None)
    half, most = _within(known, HALF), _within(known, NEARLY_ALL)
    return AnswerDay(day=day, asked=len(waits), answered=len(known), half_seconds=half, most_seconds=most)


def _within(known: list[float], share: float) -> int | None:
    """Return how long this share of them waited at most: what one of them waited, not a value between two."""
    return round(known[math.ceil(len(known) * share) - 1]) if known else None
