"""From a message in the group to the answer that its person gets: whom it means, and the one service that answers."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from botcore.conversations import services
from botcore.conversations.models import WHO_LENGTH
from botcore.feedback.models import Feedback
from botcore.operators import group
from botcore.operators.models import GroupPlace, GroupPost, PostState
from botcore.outbox.content import Content
from botcore.validators import storable


@dataclass(frozen=True)
class Spoken:
    """A message in the group: in a topic, or a reply, by Telegram's ids."""

    chat_id: int
    message_id: int
    topic: int | None
    reply_to: int | None
    at: datetime
    is_forum: bool = False


@dataclass(frozen=True)
class Meant:
    """Whom it answers, up to which message, and the message in their chat that it is a reply to, if not the newest."""

    user_id: int
    upto: int
    reply_to: int | None = None


def meant(spoken: Spoken) -> Meant | None:
    """Return whom a message means; None when it is about nobody."""
    group.note_forum(spoken.chat_id, is_forum=spoken.is_forum)
    answered = _answered(spoken)
    user_id = _of_topic(spoken) or (answered.person_id if answered else None)
    if user_id is None:
        return None
    shown = GroupPost.objects.filter(person_id=user_id, chat_id=spoken.chat_id, message_id__lt=spoken.message_id)
    upto = shown.filter(feedback__isnull=False).order_by("-id").values_list("feedback", flat=True).first() or 0
    reply_to = None
    if answered and answered.person_id == user_id and answered.feedback not in {None, upto}:
        reply_to = Feedback.objects.filter(pk=answered.feedback).values_list("message_id", flat=True).first()
    return Meant(user_id, upto, reply_to)


@transaction.atomic
def answer(*, spoken: Spoken, whom: Meant, content: Content, by: str, update_pk: int) -> int:
    """Queue the answer and follow what becomes of it; return its row. Another attempt at the update queues nothing."""
    pk = services.reply(
        user_id=whom.user_id,
        content=content,
        by=by,
        answers=None,
        upto=whom.upto,
        reply_to=whom.reply_to,
        update_pk=update_pk,
    )
    here = {"state": PostState.FOLLOWED, "chat_id": spoken.chat_id, "message_id": spoken.message_id}
    post, is_new = GroupPost.objects.get_or_create(
        answer=pk, defaults={"person_id": whom.user_id, "by": storable(by)[:WHO_LENGTH], "at": spoken.at, **here}
    )
    if not is_new:  # noted by the service, as one to be shown
        GroupPost.objects.filter(pk=post.pk, state=PostState.WAITING).update(**here)
    return pk


def note_topic(*, chat_id: int, topic: int | None, is_closed: bool) -> None:
    """Note that somebody closed a topic, or opened it again."""
    GroupPlace.objects.filter(chat_id=chat_id, topic=topic or 0).update(is_closed=is_closed)


def _of_topic(spoken: Spoken) -> int | None:
    found = GroupPlace.objects.filter(chat_id=spoken.chat_id, topic=spoken.topic or 0)
    return found.values_list("pk", flat=True).first()


def _answered(spoken: Spoken) -> GroupPost | None:
    """Return the post that a message is a reply to."""
    number = spoken.reply_to or 0
    posts = GroupPost.objects.filter(Q(message_id=number) | Q(heading_id=number), chat_id=spoken.chat_id)
    return posts.exclude(message_id=None).order_by("-id").first()
