"""Which people an operator means: conditions from an address, checked there, as a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from botcore import sql
from botcore.people.models import Chat, PersonTag, Reach, User
from botcore.people.tags import folded
from botcore.validators import storable, whole

SORTS: Mapping[str, tuple[str, ...]] = {"last_seen": ("last_seen", "id"), "first_seen": ("first_seen", "id")}


@dataclass(frozen=True)
class PeopleSelection:
    """All people who fit every condition; empty and None mean any. `since` and `until` are of the first meeting.

    `search` is the start of a name or @username, a whole id, or a #tag; `reach` is how their own chat can be reached;
    `among` are few people, such as who has a role.
    """

    search: str = ""
    language: str = ""
    source: str = ""
    tag: str = ""
    among: tuple[int, ...] | None = None
    reach: str = ""
    messages_on: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    without_tag: str = ""
    seen_since: datetime | None = None
    not_seen_since: datetime | None = None

    @property
    def is_slow(self) -> bool:
        """Tell whether no index leads to them."""
        rare = self.search or self.tag or self.among is not None
        told = self.language or self.source or self.reach or self.messages_on is not None
        return not rare and bool(told or self.without_tag)

    def listed(self) -> QuerySet[User]:
        """Return who fits."""
        found = User.objects.filter(_matches(self.search)) if self.search else User.objects.all()
        if self.language:
            found = found.filter(_speaks(self.language))
        if self.tag:
            found = found.filter(pk__in=PersonTag.objects.filter(name=folded(self.tag)).values("user_id"))
        if self.among is not None:
            found = found.filter(pk__in=self.among)
        if self.reach:
            found = found.filter(_reached(self.reach))
        if self.messages_on is not None:
            found = found.filter(messages_on=self.messages_on)
        if self.without_tag:
            found = found.exclude(_tagged(self.without_tag))
        rest = {"source": self.source, "first_seen__gte": self.since, "first_seen__lt": self.until}
        rest |= {"last_seen__gte": self.seen_since, "last_seen__lt": self.not_seen_since}
        return found.filter(**{name: value for name, value in rest.items() if value})


def _speaks(language: str) -> Q:
    """Match a language that was chosen here, else Telegram's, also of one country such as pt-br."""
    chosen, told = Q(language__iexact=language), Q(telegram_language__iexact=language)
    return chosen | (Q(language="") & (told | Q(telegram_language__istartswith=f"{language}-")))


def _reached(reach: str) -> Exact:
    """Match by their own chat; somebody without one has only been seen in groups, and counts as open.

    With a LIMIT the chat is looked up for each person on the way; PostgreSQL would rather begin at all the chats.
    """
    own = Chat.objects.filter(pk=OuterRef("pk")).values("reach")[:1]
    return Exact(Coalesce(Subquery(own), Value(Reach.OPEN.value)), reach)


def _tagged(name: str) -> Exists:
    """Match by a tag, looked up for each person on the way."""
    return Exists(PersonTag.objects.filter(user_id=OuterRef("pk"), name=folded(name)))


def _matches(search: str) -> Q:
    text = storable(search).strip().removeprefix("@")
    if text.startswith("#"):
        return Q(pk__in=PersonTag.objects.filter(name=folded(text)).values("user_id"))
    matches = Q(username__istartswith=text)
    matches |= reduce(and_, [_begins(word) for word in text.split()[:4]], Q())
    if number := whole(text):
        matches |= Q(id=number)
    return matches


def _begins(word: str) -> Q:
    """Match a first or last name that begins with the word; SQLite folds the case of ASCII letters only."""
    looks = ["istartswith"] if sql.is_postgresql() else ["istartswith", "startswith"]
    names = [f"{name}__{look}" for name in ("first_name", "last_name") for look in looks]
    return reduce(or_, [Q((look, word if "__i" in look else word.capitalize())) for look in names])
