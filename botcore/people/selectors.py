"""Reading people and chats: lists and profiles for pages, names for other lists."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from botcore.models import Chat, ChatAlias, Reach, User
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people.models import PersonTag
from botcore.people.selection import SORTS, PeopleSelection

WINDOW = 5_000  # people that one page looks through for what has no index, such as a language
EVERYBODY = PeopleSelection()


@dataclass(frozen=True)
class Person:
    """A Telegram account as the pages show it."""

    id: int
    name: str
    username: str
    language: str
    telegram_language: str
    is_bot: bool
    messages_on: bool
    source: str
    first_seen: datetime
    last_seen: datetime
    reach: Reach = Reach.OPEN
    reach_changed_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChatProfile:
    """A chat as the pages show it; `name` is its title, else its id."""

    id: int
    name: str
    type: str
    username: str
    is_forum: bool
    reach: Reach
    reach_changed_at: datetime | None
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class HeadCount:
    """How many people there are, and how many came today (UTC); the total stops at its cap."""

    total: int
    capped: bool
    new_today: int


def people(
    chosen: PeopleSelection = EVERYBODY, *, sort: str = "last_seen", place: Place = FIRST, size: int = SIZE
) -> Page[Person]:
    """List people, by default last seen first."""
    window = WINDOW if chosen.is_slow_by(sort) else 0
    listed = Keyset(chosen.listed(), by=SORTS[sort], size=size, window=window)
    return listed.at(place).map(_people)


def person(user_id: int) -> Person | None:
    """Return one profile with its tags and how its chat can be reached, in one statement."""
    of_chat = Chat.objects.filter(pk=OuterRef("pk"))
    facts = {"reach": Subquery(of_chat.values("reach")), "since": Subquery(of_chat.values("reach_changed_at"))}
    rows = User.objects.filter(id=user_id).annotate(tag=F("tags__name"), **facts).order_by("tag")
    found: list[Any] = list(rows)  # one for each tag
    if not found:
        return None
    tags = tuple(row.tag for row in found if row.tag)
    reach = Reach(found[0].reach or Reach.OPEN)
    return replace(_person(found[0]), reach=reach, reach_changed_at=found[0].since, tags=tags)


def find(user_id: int | None, username: str = "") -> Person | None:
    """Return who has this id, or else who was last seen with this username."""
    if user_id is not None:
        return person(user_id)
    row = User.objects.filter(username__iexact=username).order_by("-last_seen").first() if username else None
    return _person(row) if row else None


def chat(chat_id: int) -> ChatProfile | None:
    """Return one chat."""
    row = Chat.objects.filter(id=chat_id).first()
    if row is None:
        return None
    return ChatProfile(
        id=row.id,
        name=str(row),
        type=row.type,
        username=row.username,
        is_forum=row.is_forum,
        reach=Reach(row.reach),
        reach_changed_at=row.reach_changed_at,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )


def chat_named(username: str) -> int | None:
    """Return the group or channel that was last seen with this username."""
    found = Chat.objects.filter(username__iexact=username).exclude(type="private").order_by("-last_seen")
    return found.values_list("id", flat=True).first() if username else None


@dataclass(frozen=True)
class Unreachable:
    """Why the bot cannot write to a chat, and since when."""

    reach: Reach
    since: datetime | None


def unreachable(chat_id: int) -> Unreachable | None:
    """Tell why the bot cannot write to the chat; None when it can, as far as it is known."""
    row = Chat.objects.filter(id=chat_id).exclude(reach=Reach.OPEN).first()
    return Unreachable(Reach(row.reach), row.reach_changed_at) if row else None


def aliases() -> dict[int, int]:
    """Return the new ids of groups by their old ones."""
    return dict(ChatAlias.objects.values_list("old_id", "new_id"))


def newest_id(chat_id: int) -> int:
    """Return the id under which a chat is known today: a group that became a supergroup has another one."""
    moved = ChatAlias.objects.filter(old_id=chat_id).values_list("new_id", flat=True).first()
    return chat_id if moved is None else moved


def ids_of(chat_id: int) -> list[int]:
    """Return all ids that a chat has and had; only groups move, and their ids are below zero."""
    if chat_id > 0:
        return [chat_id]
    meant = Q(old_id=chat_id) | Q(new_id=chat_id)
    meant |= Q(new_id__in=ChatAlias.objects.filter(old_id=chat_id).values("new_id"))
    moved = dict(ChatAlias.objects.filter(meant).values_list("old_id", "new_id"))
    newest = moved.get(chat_id, chat_id)
    return [newest, *(old for old, new in moved.items() if new == newest)]


def head_count(cap: int = 100_000) -> HeadCount:
    """Count people without reading a huge table to its end."""
    total = User.objects.order_by()[: cap + 1].count()
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    # Who is new today was also last seen today, and last_seen has an index.
    new_today = User.objects.filter(last_seen__gte=midnight, first_seen__gte=midnight).count()
    return HeadCount(total=min(total, cap), capped=total > cap, new_today=new_today)


def names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of those who are known."""
    return {user_id: user.name for user_id, user in User.objects.in_bulk(_known(user_ids)).items()}


def chat_titles(chat_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the titles of the chats that are known, also under the ids that they had before."""
    wanted = _known(chat_ids)
    titles = {chat_id: str(chat) for chat_id, chat in Chat.objects.in_bulk(wanted).items()}
    groups = [chat_id for chat_id in wanted - titles.keys() if chat_id < 0]
    moved = dict(ChatAlias.objects.filter(old_id__in=groups).values_list("old_id", "new_id")) if groups else {}
    today = Chat.objects.in_bulk(moved.values()) if moved else {}
    return titles | {old: str(today[new]) for old, new in moved.items() if new in today}


def called(ids: Iterable[int | None]) -> dict[int, str]:
    """Return what people and chats are called, as far as they are known."""
    wanted = _known(ids)
    names, titles = names_and_titles(wanted, wanted)
    return titles | names


def names_and_titles(
    user_ids: Iterable[int | None], chat_ids: Iterable[int | None]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return names() and chat_titles() in one statement, but for groups that moved."""
    wanted: dict[bool, set[int]] = {True: _known(user_ids), False: _known(chat_ids)}
    users = User.objects.filter(pk__in=wanted[True]).order_by()
    chats = Chat.objects.filter(pk__in=wanted[False]).order_by()
    rows = users.values_list(Value(value=True), "id", "first_name", "last_name", "username").union(
        chats.values_list(Value(value=False), "id", "title", Value(""), "username"), all=True
    )
    found: dict[bool, dict[int, str]] = {True: {}, False: {}}
    for is_person, pk, first, last, username in rows:
        person = User(first_name=first, last_name=last, username=username)
        found[bool(is_person)][pk] = person.name if is_person else str(Chat(id=pk, title=first))
    moved = {pk for pk in wanted[False] - found[False].keys() if pk < 0}
    return found[True], found[False] | (chat_titles(moved) if moved else {})


def _known(ids: Iterable[int | None]) -> set[int]:
    return {number for number in ids if number is not None}


def _people(rows: list[User]) -> list[Person]:
    """Add how their chats can be reached, and their tags, one query each."""
    ids = [row.pk for row in rows]
    reached = dict(Chat.objects.filter(pk__in=ids).values_list("pk", "reach")) if ids else {}
    tags: dict[int, list[str]] = {}
    tagged = PersonTag.objects.filter(user_id__in=ids).order_by("name") if ids else ()
    for tag in tagged:
        tags.setdefault(tag.user_id, []).append(tag.name)
    return [
        replace(_person(row), reach=Reach(reached.get(row.pk, Reach.OPEN)), tags=tuple(tags.get(row.pk, ())))
        for row in rows
    ]


def _person(user: User) -> Person:
    return Person(
        id=user.id,
        name=user.name,
        username=user.username,
        language=user.language or user.telegram_language,
        telegram_language=user.telegram_language,
        is_bot=user.is_bot,
        messages_on=user.messages_on,
        source=user.source,
        first_seen=user.first_seen,
        last_seen=user.last_seen,
    )
