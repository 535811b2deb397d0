"""Who gets a broadcast: people whose chat is open, who have not switched messages off, and who are not banned.

Read in the order of ids. Who is muted gets it: a mute is about what they write.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from botcore.access.models import Keep, Restriction
from botcore.people.models import Chat, Reach, User
from botcore.people.selection import PeopleSelection

EVERYBODY = PeopleSelection()
LOOKED = 1000  # people in one step, where conditions may leave few of them
COUNTED = 2_000_000  # people at most; all of them are read: benchmarks/feeding.py


class Part(NamedTuple):
    """The next ones: those who get it, the last id that was looked at, and whether nobody comes after it."""

    people: list[int]
    last: int
    is_end: bool


def part(*, after: int, met_before: datetime, most: int, among: PeopleSelection = EVERYBODY) -> Part:
    """Return at most so many people behind an id, of those that the bot had met by a time.

    Two questions instead of a join: each follows an index from `after` on and stops early, whatever the planner thinks.
    Where conditions may leave few of them, more are looked at.
    """
    looked = most if among == EVERYBODY else max(most, LOOKED)
    found = _chats().filter(pk__gt=after, first_seen__lte=met_before)
    chats = list(found.order_by("pk").values_list("pk", flat=True)[:looked])
    people = willing(chats, among)
    if len(people) > most:
        return Part(people[:most], people[most - 1], is_end=False)
    return Part(people, chats[-1] if chats else after, is_end=len(chats) < looked)


def willing(ids: Iterable[int], among: PeopleSelection = EVERYBODY) -> list[int]:
    """Return those of these people who let the bot write first and fit, in the order of their ids."""
    return list(_willing(among).filter(pk__in=list(ids)).order_by("pk").values_list("pk", flat=True))


def reachable(ids: Iterable[int], among: PeopleSelection = EVERYBODY) -> list[int]:
    """Return those of these people who fit and could get a message now."""
    return willing(_chats().filter(pk__in=list(ids)).values_list("pk", flat=True), among)


def count(among: PeopleSelection = EVERYBODY, *, most: int = COUNTED) -> int | None:
    """Return how many people would get a message now; None for more than `most`."""
    counted = _willing(among).filter(pk__in=_chats().values("pk")).order_by()[: most + 1].count()
    return counted if counted <= most else None


def _willing(among: PeopleSelection) -> QuerySet[User]:
    """Return who wants messages and is not banned now; a row of a ban stays for a while after its end."""
    bans = Restriction.objects.filter(Q(until=None) | Q(until__gt=timezone.now()), kind=Keep.BANNED)
    return among.listed().filter(~Exists(bans.filter(user_id=OuterRef("pk"))), messages_on=True, is_bot=False)


def _chats() -> QuerySet[Chat]:
    return Chat.objects.filter(type="private", reach=Reach.OPEN)
