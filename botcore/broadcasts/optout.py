"""The button under a broadcast that ends them for whoever presses it. How many did is counted."""

from django.db import transaction
from django.db.models import F

from botcore.broadcasts.models import Broadcast
from botcore.people.models import User


@transaction.atomic
def opt_out(pk: int, *, user_id: int) -> bool:
    """Switch messages off for a person because of this broadcast; False when they were off already."""
    if not User.objects.filter(pk=user_id, messages_on=True).update(messages_on=False):
        return False
    Broadcast.objects.filter(pk=pk).update(stopped=F("stopped") + 1)
    return True
