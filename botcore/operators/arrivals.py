"""What is to be seen in the group is noted here, in the transaction that keeps it; bringing.py does the rest."""

from datetime import datetime

from django.db.models import Q

from botcore.conversations.models import WHO_LENGTH
from botcore.operators.models import GroupPost, PostState
from botcore.runtime.settings import value
from botcore.validators import storable

GROUP = "conversations.group"  # the setting that says which one it is, 0 for none


def wrote(user_id: int, *, feedback: int, at: datetime) -> None:
    """Note a message that waits for an answer."""
    if value(GROUP):
        GroupPost.objects.bulk_create([GroupPost(person_id=user_id, feedback=feedback, at=at)], ignore_conflicts=True)


def answered(user_id: int, *, answer: int, by: str, at: datetime) -> None:
    """Note what an operator wrote, for a person of whom the group has heard."""
    group = value(GROUP)
    if not group:
        return
    known = GroupPost.objects.filter(Q(chat_id=group) | Q(state=PostState.WAITING), person_id=user_id)
    if known.exists():
        post = GroupPost(person_id=user_id, answer=answer, by=storable(by)[:WHO_LENGTH], at=at)
        GroupPost.objects.bulk_create([post], ignore_conflicts=True)
