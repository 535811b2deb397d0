"""The maintenance window: for a while alerts are held, because somebody works on the system and knows."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.runtime.settings_store import Changed, all_settings, clear_setting, set_setting
from botcore.validators import for_how_long

NAME = "alerts_maintenance"
EVENT = "maintenance"
TARGET = "alerts:maintenance"
LENGTHS = {
    "30m": ("30 minutes", timedelta(minutes=30)),
    "1h": ("1 hour", timedelta(hours=1)),
    "4h": ("4 hours", timedelta(hours=4)),
}


def maintenance() -> Changed | None:
    """Return the window that is open now: until when, by whom."""
    return next((row for row in all_settings(NAME) if row.name == NAME), None)


def start_maintenance(*, length: str, by: str) -> None:
    """Hold alerts for a while from now on; raise ValidationError for a length that is not offered."""
    if length not in LENGTHS:
        raise ValidationError(for_how_long(words for words, _length in LENGTHS.values()))
    with transaction.atomic():
        before, until = maintenance(), timezone.now() + LENGTHS[length][1]
        set_setting(NAME, length, by, until)
        record_event(EVENT, f"{by} holds alerts for {LENGTHS[length][0]}.", level=Level.INFO)
        record("alerts.hold", TARGET, before={"until": before and before.until}, after={"until": until}, by=by)


def stop_maintenance(*, by: str) -> bool:
    """End the window; False when none is open."""
    with transaction.atomic():
        before = maintenance()
        if not clear_setting(NAME, by):
            return False
        record_event(EVENT, f"{by} lets alerts be told again.", level=Level.INFO)
        record("alerts.release", TARGET, before={"until": before and before.until}, after={"until": None}, by=by)
        return True
