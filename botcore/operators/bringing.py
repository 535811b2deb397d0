"""The keeper's moves: each person's posts go to the group one after the other, through the outbox.

What is queued is noted in the same transaction, so a crash brings nothing twice. A call whose end is not known is never
made again: words that something may be missing stand for it. Only a topic is opened anew, so that one may be lost.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.operators import group, saying
from botcore.operators.models import GroupPlace, GroupPost, Instead, OperatorsGroup, PostState, Step
from botcore.outbox import store
from botcore.outbox.calls import Call
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.recipients import default_bot, language_of, recipient
from botcore.outbox.store import Queued
from botcore.people.selectors import unreachable

AHEAD = 300  # people whose posts are looked at, those who wait longest first: the group takes 20 messages a minute
MOST_TRIES = 5  # until a post is left to the inbox
# Telegram's words, in small letters: Client.cpp, and the errors of MTProto that it passes on.
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
CLOSED, NOT_MODIFIED, NO_FORUM = "topic_closed", "topic_not_modified", "not a forum"
LOST = (
    "rights to create a topic", "rights to send text messages", "no rights to send a message", "chat_write_forbidden",
    "chat_admin_required", "chat_restricted", "chat not found",
)  # fmt: skip
NO_REACTION = "reaction"
DONE = "👍"


@dataclass(frozen=True)
class How:
    """How a call ended."""

    state: OutgoingState
    error: str = ""
    message_id: int | None = None

    def says(self, *words: str) -> bool:
        """Tell whether one of these stands in the error."""
        return any(one in self.error.lower() for one in words)


class Ended(Exception):  # noqa: N818 (what happened)
    """The group cannot be written to; the words say why."""


def look(chat_id: int) -> str:
    """Bring everything as far as it goes now; return why the group was lost and turned off, "" when it was not."""
    try:
        with translation.override(language_of(chat_id)):
            _check_is_there(chat_id)
            for user_id in _wanting():
                _bring_forward(user_id, chat_id)
            for pk in _ended():
                _show_end(pk, chat_id)
    except Ended as exc:
        group.turn_off(chat_id, str(exc))
        return str(exc)
    return ""


def _wanting() -> list[int]:
    """Return the people with posts that wait, whose place is not at work right now."""
    posts = GroupPost.objects.filter(state=PostState.WAITING).order_by().values("person").annotate(first=Min("id"))
    people = list(posts.order_by("first").values_list("person", flat=True)[:AHEAD])
    calls = dict(GroupPlace.objects.filter(pk__in=people, call__isnull=False).values_list("pk", "call"))
    rows = OutgoingMessage.objects.filter(pk__in=[call for call in calls.values() if call], state__in=WAITING)
    at_work = set(rows.values_list("pk", flat=True))
    return [pk for pk in people if calls.get(pk) not in at_work]


@transaction.atomic
def _bring_forward(user_id: int, chat_id: int) -> None:
    place = _held(user_id, chat_id)
    if place.call is not None:
        _end(place, OutgoingMessage.objects.filter(pk=place.call).first())
    post = GroupPost.objects.filter(person_id=user_id, state=PostState.WAITING).order_by("id").first()
    if post:
        _begin(place, post)
    place.save()


def _held(user_id: int, chat_id: int) -> GroupPlace:
    """Lock a person's place; one in another group is left."""
    GroupPlace.objects.bulk_create([GroupPlace(person_id=user_id, chat_id=chat_id)], ignore_conflicts=True)
    place = GroupPlace.objects.select_for_update().get(pk=user_id)
    return place if place.chat_id == chat_id else GroupPlace(person_id=user_id, chat_id=chat_id)


def _begin(place: GroupPlace, post: GroupPost) -> None:
    """Queue what comes next: a topic, or the post."""
    if group.facts(place.chat_id).is_forum:
        if place.topic is None:
            _queue(place, Step.OPEN, Call("createForumTopic", {"name": saying.topic_name(place.pk)}))
            return
        if place.is_closed:
            _queue(place, Step.REOPEN, Call("reopenForumTopic", {"message_thread_id": place.topic}))
            return
    place.post = post.pk
    _queue(place, Step.BRING, *saying.said(post, place))


def _queue(place: GroupPlace, step: Step, *calls: Call) -> None:
    rows = _queued(place.chat_id, place.pk, *calls)
    place.step, place.call, place.heading = step, rows[-1], rows[-2] if len(rows) > 1 else None


def _queued(chat_id: int, user_id: int, *calls: Call) -> list[int]:
    """Queue calls and return their rows; the source lets an erasure find them."""
    try:
        chat = recipient(chat_id)
    except ValidationError as exc:
        raise Ended(str(exc).rstrip(".")) from exc
    source = f"operators person:{user_id}"
    messages = [Queued(chat, call.method, call.payload, Priority.ADMIN, source=source) for call in calls]
    return store.queue(default_bot(), messages)


def _end(place: GroupPlace, row: OutgoingMessage | None) -> None:
    """Take up how the call ended that the place waited for."""
    step, post = place.step, GroupPost.objects.filter(pk=place.post or 0, state=PostState.WAITING).first()
    heading = OutgoingMessage.objects.filter(pk=place.heading or 0).values_list("message_id", flat=True).first()
    place.step, place.call, place.heading, place.post = "", None, None, None
    how = How(OutgoingState(row.state), row.error, row.message_id) if row else How(OutgoingState.UNCERTAIN)
    if how.state in {OutgoingState.FAILED, OutgoingState.CANCELLED}:
        _check_is_there(place.chat_id, how.error)
    if step == Step.BRING and post and not how.says(*NO_TOPIC, CLOSED):
        _note_end(place, post, how, heading)
        return
    _learn(place, Step(step), how)
    if how.state != OutgoingState.SENT:
        _note_try(place.pk)


def _learn(place: GroupPlace, step: Step, how: How) -> None:
    """Note what the end says of the topic."""
    if step == Step.OPEN and how.state == OutgoingState.SENT:
        others = GroupPlace.objects.filter(chat_id=place.chat_id, topic=how.message_id).exclude(pk=place.pk)
        others.update(topic=None, last=None)  # of a sandbox that began anew: its numbers repeat
        place.topic, place.is_closed, place.last = how.message_id, False, None
    elif step == Step.OPEN and how.says(NO_FORUM):
        group.note_forum(place.chat_id, is_forum=False)
    elif step == Step.REOPEN and (how.state == OutgoingState.SENT or how.says(NOT_MODIFIED)):
        place.is_closed = False
    elif how.says(*NO_TOPIC):
        place.topic, place.is_closed, place.last = None, False, None
    elif how.says(CLOSED):
        place.is_closed = True


def _check_is_there(chat_id: int, error: str = "") -> None:
    """Raise Ended when the error, or what is known of the chat by now, says that nothing can be written there."""
    lost = unreachable(chat_id)
    if lost:
        raise Ended(f"the bot cannot reach it ({lost.reach.label})")
    if How(OutgoingState.FAILED, error).says(*LOST):
        raise Ended(error.rstrip("."))


def _note_end(place: GroupPlace, post: GroupPost, how: How, heading: int | None) -> None:
    """Call a post done, or let words stand for it: once, and then it is left to the inbox."""
    if how.state == OutgoingState.SENT:
        place.last, post.message_id, post.heading_id = how.message_id, how.message_id, heading
    if how.state in {OutgoingState.SENT, OutgoingState.CANCELLED} or post.instead:
        post.state, post.chat_id = PostState.DONE, place.chat_id
    else:
        post.instead = Instead.REFUSED if how.state == OutgoingState.FAILED else Instead.DOUBT
    post.save()


def _note_try(user_id: int) -> None:
    """Count what went wrong on the way of a person's next post; after so many it is left to the inbox."""
    post = GroupPost.objects.filter(person_id=user_id, state=PostState.WAITING).order_by("id").first()
    if post is None:
        return
    post.tries += 1
    if post.tries >= MOST_TRIES:
        post.state = PostState.DONE
        words = f"A message of person {user_id} could not be brought to the operators' group; the inbox has it."
        record_event(group.EVENT, words, level=Level.WARNING)
    post.save()


def _ended() -> list[int]:
    """Return the answers from the group of which it is known by now whether they arrived."""
    posts = GroupPost.objects.filter(state=PostState.FOLLOWED).order_by("id")
    under_way = OutgoingMessage.objects.filter(pk=OuterRef("answer"), state__in=WAITING)
    return list(posts.filter(~Exists(under_way)).values_list("pk", flat=True)[:AHEAD])


@transaction.atomic
def _show_end(pk: int, chat_id: int) -> None:
    """Show at the operator's message that it arrived, or say what became of it."""
    post = GroupPost.objects.select_for_update().get(pk=pk)
    row = OutgoingMessage.objects.filter(pk=post.answer or 0).first()
    post.state = PostState.DONE
    post.save()
    if row is None or post.message_id is None or post.chat_id != chat_id:
        return
    if row.state == OutgoingState.SENT:
        _react(group.facts(chat_id), post, post.message_id)
        return
    if row.state == OutgoingState.UNCERTAIN:
        words = _("It may not have arrived: Telegram did not answer. It is not sent again by itself.")
    else:
        words = _("It did not arrive: %(error)s") % {"error": row.error}
    said = {"text": words, "reply_parameters": saying.below(post.message_id)}
    _queued(chat_id, post.person_id, Call("sendMessage", said))


def _react(facts: OperatorsGroup, post: GroupPost, message_id: int) -> None:
    """Put a thumb up on it, unless the group allows none: the last one tells."""
    before = OutgoingMessage.objects.filter(pk=facts.reaction or 0, state=OutgoingState.FAILED).first()
    facts.reacts = facts.reacts and not (before and NO_REACTION in before.error.lower())
    if facts.reacts:
        call = Call("setMessageReaction", {"message_id": message_id, "reaction": [{"type": "emoji", "emoji": DONE}]})
        (facts.reaction,) = _queued(facts.chat_id, post.person_id, call)
    facts.save(update_fields=["reacts", "reaction"])
