"""Which group is the operators': a runtime setting, chosen from inside the group, and turned off when it is lost."""

from django.db import transaction

from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.operators.arrivals import GROUP
from botcore.operators.models import GroupPlace, GroupPost, OperatorsGroup, PostState
from botcore.people.selectors import newest_id
from botcore.runtime import settings

EVENT = "operators"
ITSELF = "the bot"  # who changes the setting when nobody does


@transaction.atomic
def choose(*, chat_id: int, is_forum: bool, by: str) -> bool:
    """Let this be the operators' group; False when it is."""
    OperatorsGroup.objects.update_or_create(chat_id=chat_id, defaults={"is_forum": is_forum, "reacts": True})
    return settings.change(GROUP, chat_id, by=by).is_new


def leave(*, by: str) -> bool:
    """Let there be none; False when there is none."""
    return settings.reset(GROUP, by=by)


def followed() -> int:
    """Return the group's id as it is today, 0 for none: one that has become a supergroup is followed."""
    chat_id = int(settings.value(GROUP))
    newest = newest_id(chat_id) if chat_id else 0
    if newest != chat_id:
        _follow(chat_id, newest)
    return newest


@transaction.atomic
def _follow(old: int, new: int) -> None:
    """A supergroup numbers its messages anew: chains begin again, and whether it has topics is learnt."""
    OperatorsGroup.objects.get_or_create(chat_id=new)
    GroupPlace.objects.filter(chat_id=old).update(chat_id=new, topic=None, last=None)
    settings.change(GROUP, new, by=ITSELF)


def facts(chat_id: int) -> OperatorsGroup:
    """Return what is known of the group."""
    return OperatorsGroup.objects.get_or_create(chat_id=chat_id)[0]


def note_forum(chat_id: int, *, is_forum: bool) -> None:
    """Note what a message of the group says: topics can be turned on and off."""
    OperatorsGroup.objects.filter(chat_id=chat_id).exclude(is_forum=is_forum).update(is_forum=is_forum)


@transaction.atomic
def settle(chat_id: int) -> None:
    """Begin to bring messages to this group, or with 0 to none: what was under way elsewhere is waited for no more."""
    GroupPlace.objects.exclude(chat_id=chat_id).update(step="", call=None, heading=None, post=None)
    if not chat_id:
        GroupPost.objects.exclude(state=PostState.DONE).delete()


@transaction.atomic
def turn_off(chat_id: int, why: str) -> None:
    """Bring nothing more to a group that is lost, and say so. The inbox of the pages goes on."""
    settings.change(GROUP, 0, by=ITSELF)
    settle(0)
    words = f"The operators' group {chat_id} is turned off: {why}. What people write waits in the inbox."
    record_event(EVENT, words, level=Level.ERROR)
