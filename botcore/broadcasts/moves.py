"""What every decision about a broadcast does: lock its row, refuse what its state does not allow, put it on record."""

from typing import Any

from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

KIND = "broadcast"


def locked(pk: int) -> Broadcast:
    """Return the row, locked; raise ValidationError when there is none."""
    row = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise ValidationError(_("There is no broadcast %(pk)s.") % {"pk": pk})
    return row


def must_be(row: Broadcast, words: str, *states: BroadcastState) -> None:
    """Raise ValidationError with these words, of `pk` and `state`, unless it is in one of the states."""
    if row.state not in states:
        raise ValidationError(words % {"pk": row.pk, "state": row.get_state_display()})


def note(
    action: str, row: Broadcast, text: str, *, by: str = "", was: str = "", level: Level = Level.INFO, **facts: Any
) -> None:
    """Write the event and the audit's entry; without `by` it happened by itself."""
    record_event(KIND, text, level=level, bot_id=row.bot_id)
    before = {"state": str(was)} if was else None
    record(action, f"broadcast:{row.pk}", before=before, after={"state": str(row.state), **facts}, by=by)
