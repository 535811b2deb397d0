"""What people decide about conditions: take one on, be silent about one for a while, or speak of it again."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.alerts.conditions.policy import LONGEST_SILENCE
from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.conditions.trail import note
from botcore.alerts.models import Condition
from botcore.alerts.withdrawal import withdraw
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.validators import for_how_long, storable

LENGTHS = {
    "30m": ("30 minutes", timedelta(minutes=30)),
    "1h": ("1 hour", timedelta(hours=1)),
    "4h": ("4 hours", timedelta(hours=4)),
    "1d": ("1 day", timedelta(days=1)),
    "7d": ("7 days", LONGEST_SILENCE),
}
BY, REASON = 150, 200  # characters


@transaction.atomic
def acknowledge(*, name: str, by: str) -> bool:
    """Take it on: no repeats until it ends, and what waits is withdrawn; False when somebody has.

    Raise ValidationError when it does not fire.
    """
    firing = Condition.objects.filter(name=_known(name)).exclude(fired_at=None)
    if not firing.exists():
        raise ValidationError(_("It is over already."))
    who = storable(by)[:BY]
    if not firing.filter(acked_at=None).update(acked_at=timezone.now(), acked_by=who):
        return False
    withdraw(name, f"{who} took it on")
    note(name, f"{who} took it on.")
    record("alerts.acknowledge", f"condition:{name}", by=by)
    return True


@transaction.atomic
def silence(*, name: str, length: str, by: str, reason: str = "") -> None:
    """Tell nothing of it for a while, nor of what waits; raise ValidationError for a length that is not offered."""
    if length not in LENGTHS:
        raise ValidationError(for_how_long(words for words, _length in LENGTHS.values()))
    who = storable(by)[:BY]
    facts = {
        "silenced_until": timezone.now() + LENGTHS[length][1],
        "silenced_by": who,
        "silence_reason": " ".join(storable(reason).split())[:REASON],
    }
    before = Condition.objects.filter(name=_known(name)).values(*facts).first()
    Condition.objects.update_or_create(name=name, defaults=facts)
    withdraw(name, f"{who} silenced it")
    why = facts["silence_reason"]
    note(name, f"{who} silenced it for {LENGTHS[length][0]}{f': {why}' if why else '.'}")
    record("alerts.silence", f"condition:{name}", before=before, after=facts, by=by)


@transaction.atomic
def unsilence(*, name: str, by: str) -> bool:
    """End the silence: what lasts is told at the next look. False when there is none."""
    now = timezone.now()
    row = Condition.objects.select_for_update().filter(name=_known(name), silenced_until__gt=now).first()
    if row is None:
        return False
    before, row.silenced_until = row.silenced_until, now
    row.save(update_fields=["silenced_until"])
    note(name, f"{storable(by)[:BY]} ended its silence.")
    until = "silenced_until"
    record("alerts.unsilence", f"condition:{name}", before={until: before}, after={until: now}, by=by)
    return True


def _known(name: str) -> str:
    if name not in BY_NAME:
        raise ValidationError(_("There is no such condition."))
    return name
