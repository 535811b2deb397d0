"""Where people came from: the payloads of deep links, with how many of their people still write."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q

from botcore.people.activity.models import SourceCount
from botcore.people.models import User

MOST = 500  # links that are kept; a bot in which each person has one of their own has as many as people
STILL = timedelta(days=30)


@transaction.atomic
def count_sources(now: datetime) -> None:
    """Count them anew: the ones that brought most people."""
    still = Count("pk", filter=Q(last_seen__gt=now - STILL))
    known = User.objects.exclude(source="").values("source")
    found = known.annotate(people=Count("pk"), active=still, last_at=Max("first_seen")).order_by("-people", "source")
    rows = [SourceCount(**facts) for facts in found[:MOST]]
    SourceCount.objects.all().delete()
    SourceCount.objects.bulk_create(rows)


def is_new() -> bool:
    """Tell whether they were never counted though somebody came by a link."""
    return not SourceCount.objects.exists() and User.objects.exclude(source="").exists()
