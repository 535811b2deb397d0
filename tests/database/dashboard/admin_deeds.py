"""What operators can do by actions on the lists of Django's admin: each with the entry that it must leave."""

from collections.abc import Callable

from django.db.models import Model
from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Keep
from botcore.models import (
    Broadcast,
    BroadcastState,
    ErrorGroup,
    Feedback,
    Job,
    OutgoingMessage,
    OutgoingState,
    State,
    Update,
    User,
)
from tests.database.broadcasts import write
from tests.database.dashboard.data import message, outgoing, person, update
from tests.database.errors import error

Rows = Callable[[], Model]


def muted() -> User:
    """Return a person who is muted."""
    row = person(9, "Dora")
    access.restrict(user_id=9, kind=Keep.MUTED, by="")
    return row


def work(*, is_paused: bool = False) -> Job:
    """Return a job that is declared."""
    facts = {"schedule": "every hour", "next_at": timezone.now(), "is_paused": is_paused, "wanted_at": None}
    return Job.objects.update_or_create(name="work", defaults=facts)[0]


def news() -> Broadcast:
    """Return a broadcast that runs."""
    row = Broadcast.objects.get(pk=write())
    row.state = BroadcastState.RUNNING
    row.save(update_fields=["state"])
    return row


# Every action but deleting: its entry, and what makes a row.
ACTIONS: dict[tuple[type[Model], str], tuple[str, str, Rows]] = {
    (Update, "replay"): ("updates.replay", "update", lambda: update(State.DEAD)),
    (OutgoingMessage, "cancel"): ("outbox.cancel", "message", lambda: outgoing(OutgoingState.QUEUED, chat_id=-5)),
    (OutgoingMessage, "send_again"): ("outbox.retry", "message", lambda: outgoing(OutgoingState.FAILED, chat_id=-5)),
    (ErrorGroup, "acknowledge"): ("errors.acknowledge", "error", error),
    (ErrorGroup, "mute"): ("errors.mute", "error", error),
    (ErrorGroup, "resolve"): ("errors.resolve", "error", error),
    (User, "mute"): ("access.mute", "person", lambda: person(7, "Grete")),
    (User, "lift"): ("access.lift", "person", muted),
    (Feedback, "read"): ("feedback.read", "feedback", lambda: message(person(8, "Hugo"), "Hello")),
    (Job, "run"): ("jobs.run", "job", work),
    (Job, "pause"): ("jobs.pause", "job", work),
    (Job, "resume"): ("jobs.resume", "job", lambda: work(is_paused=True)),
    (Broadcast, "pause"): ("broadcasts.pause", "broadcast", news),
    (Broadcast, "cancel"): ("broadcasts.cancel", "broadcast", news),
}
