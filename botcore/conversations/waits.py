"""Who waits for an answer: a person with a message that no operator has read. The one place that says so.

Whatever reads or answers feedback comes by here, so that its list and the inbox never differ. The conversation's row is
locked first, then its messages.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from botcore.conversations.models import WHO_LENGTH, Conversation
from botcore.feedback.models import Feedback
from botcore.operators import arrivals
from botcore.people.models import User
from botcore.validators import storable

LONGEST = timedelta(days=30)  # for so long a message waits for an answer; what an operator writes later is none


def arrived(user_id: int, at: datetime, *, feedback: int) -> None:
    """Note that a person wrote to the operators: they wait, the conversation is open, and the group shall see it."""
    facts = {"waiting_since": Coalesce("waiting_since", Value(at)), "last_at": Greatest("last_at", Value(at))}
    known = Conversation.objects.filter(pk=user_id)
    if not known.update(is_open=True, **facts):
        Conversation.objects.bulk_create([Conversation(person_id=user_id, last_at=at)], ignore_conflicts=True)
        known.update(is_open=True, **facts)
    arrivals.wrote(user_id, feedback=feedback, at=at)


def hold(user_id: int) -> Conversation | None:
    """Lock the conversation with a person until the commit; None when there is none yet."""
    return Conversation.objects.select_for_update().filter(pk=user_id).first()


def began(user_id: int) -> Conversation | None:
    """Lock the conversation, and begin it if there is none; None for somebody whom the bot does not know."""
    if not User.objects.filter(pk=user_id).exists():
        return None
    Conversation.objects.bulk_create([Conversation(person_id=user_id, last_at=timezone.now())], ignore_conflicts=True)
    return hold(user_id)


@transaction.atomic
def answered(user_id: int, *, operator: str, upto: int | None = None, message: int | None = None) -> None:
    """Note that an operator wrote: the person's messages are read, up to that one, and they wait for no other.

    `message` is the row of the outbox, for the operators' group.
    """
    if began(user_id) is None:
        return
    now, unread = timezone.now(), unread_of(user_id)
    Feedback.objects.filter(user_id=user_id, answered_at=None, sent_at__gt=now - LONGEST).update(answered_at=now)
    (unread if upto is None else unread.filter(pk__lte=upto)).update(read_at=now)
    facts = {
        "answers": F("answers") + 1,
        "answered_by": storable(operator)[:WHO_LENGTH],
        "last_at": now,
        "is_open": True,
    }
    Conversation.objects.filter(pk=user_id).update(**facts)
    settle(user_id)
    if message is not None:
        arrivals.answered(user_id, answer=message, by=operator, at=now)


def settle(user_id: int) -> None:
    """Say anew since when the person waits, after messages of theirs were read or deleted."""
    first = unread_of(OuterRef("pk")).order_by("id").values("sent_at")[:1]
    Conversation.objects.filter(pk=user_id).update(waiting_since=Subquery(first))


def unread_of(user_id: int | OuterRef) -> QuerySet[Feedback]:
    """Return a person's messages that nobody has read."""
    return Feedback.objects.filter(user_id=user_id, read_at__isnull=True)
