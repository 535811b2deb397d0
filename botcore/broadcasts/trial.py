"""The test of a draft: what it says now, really sent to one operator through the outbox, and what became of that.

A broadcast from the page starts only after one that Telegram took as it is.
"""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.broadcasts import media, personal, recall
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.exceptions import ValidationError
from botcore.outbox import store
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.recipients import recipient
from botcore.outbox.store import Queued

SOURCE = "broadcast"


@dataclass(frozen=True)
class Trial:
    """How the last test of what a draft says now went: its row in the outbox, None without one, state and error.

    A test that was sent with an error is one that Telegram took only without the formatting.
    """

    message: int | None = None
    state: str = ""
    error: str = ""
    is_needed: bool = True

    @property
    def is_fine(self) -> bool:
        """Tell whether the draft may start."""
        return not self.is_needed or (self.state == OutgoingState.SENT and not self.error)

    @property
    def is_waiting(self) -> bool:
        """Tell whether its end is not known yet."""
        return self.state in WAITING

    @property
    def words(self) -> str:
        """Say how it went, and what is to be done now."""
        if not self.message and not self.is_needed:
            return _("Telegram took it in the chat where it was written: it needs no test.")
        if self.is_waiting:
            return _("The test is on its way.")
        if self.state == OutgoingState.SENT and not self.error:
            return _("The test arrived as it is.")
        if self.state in {OutgoingState.SENT, OutgoingState.FAILED}:
            return _("Telegram did not take the test as it is: change the text, then test it again.")
        if self.state == OutgoingState.UNCERTAIN:
            return _("It is not known whether the test arrived: send another one.")
        return _("What it says now was not tested: send a test to yourself first.")


def of(row: Broadcast) -> Trial:
    """Return how the test went; an old one may have gone with the other old messages."""
    found = OutgoingMessage.objects.filter(pk=row.test_message or 0).values_list("pk", "state", "error").first()
    pk, state, error = found or (None, "", "")
    return Trial(pk, state, error, is_needed=not row.is_shown)


def is_due(row: Broadcast) -> bool:
    """Tell whether one goes on only after a good test: it is paused, and may have been given other files."""
    is_paused = row.state == BroadcastState.PAUSED
    return is_paused and not row.is_shown and bool(media.files(json.loads(row.payload)))


def send(row: Broadcast, person: int) -> int:
    """Queue the test and return its row; raise ValidationError for whom the bot cannot write to."""
    chat = recipient(person)
    method, parameters = recall.shown(row)
    payload = personal.payloads(row, [chat], parameters)[chat]
    (pk,) = store.queue(row.bot_id, [Queued(chat, method, payload, Priority.ADMIN, source=SOURCE)])
    return pk


def check(row: Broadcast) -> None:
    """Refuse a draft whose present text was not tested, or not well."""
    trial = of(row)
    if not trial.is_fine:
        raise ValidationError(trial.words)
