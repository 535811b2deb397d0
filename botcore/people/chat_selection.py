"""Which chats an operator means: conditions from an address, checked there, as a query."""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from botcore.people.models import Chat, Reach
from botcore.validators import storable, whole

NOT_PRIVATE = ~Q(type="private")  # spelled like the partial index' condition, for SQLite
SHUT = ~Q(reach=Reach.OPEN)  # likewise
WORDS = 4  # of a search


@dataclass(frozen=True)
class ChatSelection:
    """All chats that fit every condition; empty means any.

    `search` is words of a title, the start of a @username, or a whole id. Words are looked for in groups and channels:
    a private chat is found with its person, or by its id.
    """

    search: str = ""
    type: str = ""
    reach: str = ""
    is_slow = False

    def listed(self) -> QuerySet[Chat]:
        """Return what fits."""
        found = Chat.objects.all()
        if self.type:
            found = (
                found.filter(type=self.type) if self.type == "private" else found.filter(NOT_PRIVATE, type=self.type)
            )
        if self.reach:
            is_open = self.reach == Reach.OPEN
            found = found.filter(reach=self.reach) if is_open else found.filter(SHUT, reach=self.reach)
        return _named(found, self.search) if self.search else found


def _named(found: QuerySet[Chat], search: str) -> QuerySet[Chat]:
    text = storable(search).strip().removeprefix("@")
    if number := whole(text.removeprefix("-")):
        return found.filter(pk=-number if text.startswith("-") else number)
    words = reduce(and_, (Q(title__icontains=word) for word in text.split()[:WORDS]), Q())
    return found.filter(NOT_PRIVATE & (words | Q(username__istartswith=text)))
