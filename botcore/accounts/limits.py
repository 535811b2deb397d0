"""How often something may be done in a while, counted by all processes together, in rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.accounts.models import KEY_LENGTH, LimitUse
from botcore.exceptions import RateLimited

KEPT = timedelta(days=1)  # the longest while that is counted


class TooMany(RateLimited):
    """That was done too often."""

    def __init__(self, seconds: int) -> None:
        """`seconds` is when it may be done again."""
        super().__init__(_("That was done too often. Try again in %(minutes)d min.") % {"minutes": -(-seconds // 60)})
        self.seconds = seconds


@transaction.atomic
def take(key: str, bounds: Mapping[timedelta, int]) -> None:
    """Count one more; raise TooMany, and count nothing, when it was done as often as one of the bounds allows."""
    key, now = key[:KEY_LENGTH], timezone.now()
    sql.one_at_a_time(f"limit:{key}")
    LimitUse.objects.filter(at__lt=now - KEPT).delete()
    times = list(LimitUse.objects.filter(key=key).order_by("-at").values_list("at", flat=True)[: max(bounds.values())])
    waits = [_wait(times, span, most, now) for span, most in bounds.items()]
    if (longest := max(waits)) > timedelta():
        raise TooMany(int(longest.total_seconds()) + 1)
    LimitUse.objects.create(key=key, at=now)


def forget(key: str) -> None:
    """Begin to count anew."""
    LimitUse.objects.filter(key=key[:KEY_LENGTH]).delete()


def _wait(times: list[datetime], span: timedelta, most: int, now: datetime) -> timedelta:
    """Return how long until one of the newest `most` is older than the span; nothing when there are fewer."""
    return times[most - 1] + span - now if len(times) >= most else timedelta()
