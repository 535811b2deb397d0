"""Spikes: an error that occurs ten times as often in this hour as in the one before, told once an hour.

Passing trouble counts, too: a timeout is no news, a hundred of them are.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from botcore.alerts.models import Reason
from botcore.alerts.services import raise_alert
from botcore.errors.kinds import GroupState, Source
from botcore.errors.models import ErrorGroup, ErrorHour

TIMES, MORE_THAN = 10, 20
HOUR = timedelta(hours=1)


def note_spikes(now: datetime | None = None) -> int:
    """Raise an alert for each group that spikes (at that time); return how many."""
    now = now or timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    counts = {when: _counts(when) for when in (hour, hour - HOUR)}
    spiking = {
        pk: f"{count} within this hour, {counts[hour - HOUR].get(pk, 0)} in the hour before"
        for pk, count in counts[hour].items()
        if count > MORE_THAN and count >= TIMES * max(1, counts[hour - HOUR].get(pk, 0))
    }
    return sum(_note(pk, text, hour, now) for pk, text in sorted(spiking.items()))


def _counts(hour: datetime) -> dict[int, int]:
    """Count the occurrences of the hour for each group that was seen since it began."""
    recent = ErrorGroup.objects.filter(last_seen__gte=hour).values("pk")
    rows = ErrorHour.objects.filter(hour=hour, fingerprint__group__in=recent).order_by()
    return dict(rows.values_list("fingerprint__group_id").annotate(Sum("count")))


@transaction.atomic
def _note(group_id: int, text: str, hour: datetime, now: datetime) -> bool:
    """Raise the alert unless it was raised, nobody wants it, or the group is so young that it was news already."""
    wanted = ErrorGroup.objects.filter(
        Q(spiked_at=None) | Q(spiked_at__lt=hour), pk=group_id, first_seen__lte=now - HOUR
    )
    wanted = wanted.exclude(state__in=[GroupState.MUTED, GroupState.RESOLVED]).exclude(source=Source.ALERT)
    if not wanted.update(spiked_at=hour):
        return False
    title = ErrorGroup.objects.values_list("title", flat=True).get(pk=group_id)
    raise_alert(group_id=group_id, reason=Reason.SPIKE, title=title, at=now, text=text)
    return True
