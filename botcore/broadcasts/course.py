"""What a draft has beside its words: at which hours it goes out, whether it is paid for, and its buttons."""

import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import hours as people_hours
from botcore.broadcasts import links, pay
from botcore.broadcasts.drafts import check_album
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.broadcasts.moves import locked, must_be, note


@transaction.atomic
def choose(pk: int, *, by: str, hours: str | None = None, is_paid: bool | None = None) -> bool:
    """Choose for a draft the hours of each person's day ("" or off: any) and whether Stars are paid; False: it is so.

    What is None stays as it is.
    """
    row = _draft(pk)
    wanted = row.hours if hours is None else people_hours.checked(hours, timezone.now())
    pays = row.is_paid if is_paid is None else is_paid
    if pays and not row.is_paid:
        pay.check_allowed()
    if (wanted, pays) == (row.hours, row.is_paid):
        return False
    row.hours, row.is_paid = wanted, pays
    row.save(update_fields=["hours", "is_paid"])
    note("broadcasts.delivery", row, f"{by} chose how broadcast {pk} goes out.", by=by, hours=wanted, paid=pays)
    return True


@transaction.atomic
def put_below(pk: int, *, by: str, buttons: str | None = None, has_stop: bool | None = None) -> bool:
    """Put buttons below a draft, a copy too, to be tested anew; False when it is so already.

    `buttons` are as links.py reads them. What is None stays as it is.
    """
    row = _draft(pk)
    parameters = json.loads(row.payload)
    if buttons is not None:
        parameters.pop(links.MARKUP, None)
        parameters.update(links.parameters(buttons))
    payload = json.dumps(parameters, separators=(",", ":"))
    stops = row.has_stop if has_stop is None else has_stop
    check_album(row.method, links.written(parameters), has_stop=stops)
    if (parameters, stops) == (json.loads(row.payload), row.has_stop):
        return False
    row.payload, row.has_stop, row.is_shown, row.test_message = payload, stops, False, None
    row.save(update_fields=["payload", "has_stop", "is_shown", "test_message"])
    note("broadcasts.edit", row, f"{by} changed the buttons of broadcast {pk}.", by=by)
    return True


def _draft(pk: int) -> Broadcast:
    row = locked(pk)
    must_be(row, _("Broadcast %(pk)s is %(state)s and cannot be changed."), BroadcastState.DRAFT)
    return row
