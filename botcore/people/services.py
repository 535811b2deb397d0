"""Writes about people: meeting them (a write only when something changed) and what they choose."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from botcore import metrics
from botcore.access import services as access
from botcore.access.models import AllowedChat
from botcore.people.models import Chat, ChatAlias, EarlierName, Reach, User

Row = TypeVar("Row", User, Chat)

SEEN_EXACTNESS = timedelta(minutes=1)
NAMES = ("first_name", "last_name", "username")


@dataclass(frozen=True, slots=True)
class UserProfile:
    """A user as Telegram describes them in an update, which came at `heard_at`; None for now."""

    id: int
    first_name: str
    last_name: str
    username: str
    telegram_language: str
    is_bot: bool
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChatProfile:
    """A chat as Telegram describes it in an update, which came at `heard_at`; None for now.

    Whoever sends an update can be written to, unless it says not.
    """

    id: int
    type: str
    title: str
    username: str
    is_forum: bool
    reach: str = Reach.OPEN
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a handler knows of the person it answers; `first_name` may be empty, the bot speaks `language`."""

    id: int
    first_name: str
    language: str
    messages_on: bool


def meet(users: Iterable[UserProfile], chats: Iterable[ChatProfile]) -> dict[int, Person]:
    """Keep the rows of these users and chats up to date; return the users as handlers see them."""
    now = timezone.now()
    _keep(Chat, {chat.id: chat for chat in chats}, now)
    rows = _keep(User, {user.id: user for user in users}, now)
    return {pk: _person(row) for pk, row in rows.items()}


def _keep(model: type[Row], profiles: Mapping[int, UserProfile | ChatProfile], now: datetime) -> dict[int, Row]:
    """Insert the new ones, update the changed ones, leave the rest alone; return all rows.

    What is older than what is known, such as an update that is sent through again, changes nothing.
    """
    rows = model._default_manager.in_bulk(profiles)
    changed: list[Row] = []
    earlier: list[EarlierName] = []
    facts: dict[str, Any] = {}
    for pk, profile in sorted(profiles.items()):  # sorted: two processes must not deadlock
        facts = asdict(profile)
        heard = facts.pop("heard_at") or now
        row = rows.get(pk)
        if row is None:
            row = rows[pk] = model(**facts, first_seen=heard, last_seen=heard)
            changed.append(row)
        elif heard - row.last_seen >= (timedelta(0) if _differs(row, facts) else SEEN_EXACTNESS):
            earlier += _earlier_name(row, facts, heard)
            _change(row, {**facts, "last_seen": heard}, now)
            changed.append(row)
    if changed:
        with transaction.atomic():  # a batch that fails leaves the caller's transaction usable
            columns = [*list(facts)[1:], "last_seen", *(["reach_changed_at"] if model is Chat else [])]
            model._default_manager.bulk_create(
                changed, update_conflicts=True, unique_fields=["id"], update_fields=columns
            )
            if earlier:
                EarlierName.objects.bulk_create(
                    earlier, update_conflicts=True, unique_fields=["user", *NAMES], update_fields=["replaced_at"]
                )
            for row in changed:
                _note_lost(row, now)
    return rows


def _earlier_name(row: models.Model, facts: Mapping[str, Any], heard: datetime) -> list[EarlierName]:
    """Return what the person was called until now, when that is something else; a name that was none is not kept."""
    if not isinstance(row, User):
        return []
    was = {name: getattr(row, name) for name in NAMES}
    is_same = was == {name: facts[name] for name in NAMES}
    return [] if is_same or not any(was.values()) else [EarlierName(user_id=row.pk, replaced_at=heard, **was)]


def _note_lost(row: models.Model, now: datetime) -> None:
    if isinstance(row, Chat) and row.reach_changed_at == now and row.reach != Reach.OPEN:
        transaction.on_commit(metrics.CHATS_LOST.labels(row.reach).inc)


def _change(row: models.Model, facts: dict[str, object], now: datetime) -> None:
    if isinstance(row, Chat) and row.reach != facts["reach"]:
        row.reach_changed_at = now
    for name, value in facts.items():
        setattr(row, name, value)


def _differs(row: models.Model, facts: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in facts.items())


def _person(row: User) -> Person:
    return Person(row.id, row.first_name, row.language or spoken(row.telegram_language), row.messages_on)


def spoken(tag: str) -> str:
    """Return the language that the bot speaks and that fits the tag best, such as ru for ru-RU; else the default."""
    code = tag.partition("-")[0].lower()
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def mark_unreachable(chat_id: int, reach: Reach) -> bool:
    """Note that the bot cannot write to the chat; return whether that is new."""
    rows = Chat.objects.filter(pk=chat_id).exclude(reach=reach)
    is_new = bool(rows.update(reach=reach, reach_changed_at=timezone.now()))
    if is_new:
        transaction.on_commit(metrics.CHATS_LOST.labels(reach.value).inc)
    return is_new


@transaction.atomic
def move_chat(old_id: int, new_id: int) -> bool:
    """Note that a group became a supergroup with another id, and move its row; return whether that is new."""
    now = timezone.now()
    if ChatAlias.objects.filter(old_id=old_id, new_id=new_id).exists():
        return False
    ChatAlias.objects.filter(old_id=new_id).delete()  # an alias leads to the end at once, and never round in a circle
    ChatAlias.objects.filter(new_id=old_id).update(new_id=new_id)
    ChatAlias.objects.update_or_create(old_id=old_id, defaults={"new_id": new_id, "at": now})
    row = Chat.objects.filter(pk=old_id).first()
    if row:
        row.delete()
        row.id, row.type = new_id, "supergroup"
        Chat.objects.bulk_create([row], ignore_conflicts=True)
        Chat.objects.filter(pk=new_id, first_seen__gt=row.first_seen).update(first_seen=row.first_seen)
    _move_on_list(old_id, new_id)
    return True


def _move_on_list(old_id: int, new_id: int) -> None:
    """Keep a group on the list of those whom the bot serves."""
    row = AllowedChat.objects.filter(pk=old_id).first()
    if row is None:
        return
    row.delete()
    row.chat_id = new_id
    AllowedChat.objects.bulk_create([row], ignore_conflicts=True)
    access.forget()


def choose_language(user_id: int, language: str) -> Person:
    """Keep the language the person chose."""
    return _choose(user_id, language=language)


def choose_messages(user_id: int, *, on: bool) -> Person:
    """Keep whether the bot may write first."""
    return _choose(user_id, messages_on=on)


def _choose(user_id: int, **choice: object) -> Person:
    User.objects.filter(pk=user_id).update(**choice)
    return _person(User.objects.get(pk=user_id))


def remember_source(user_id: int, source: str) -> None:
    """Keep where the person came from; the first source counts."""
    User.objects.filter(pk=user_id, source="").update(source=source)
