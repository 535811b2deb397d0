"""Which groups of errors an operator means: conditions from an address, checked there, as a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.paging import Branch
from botcore.validators import storable

SEARCHED = 3000  # groups of each state, the first in the list's order, that a search looks through
ALL_BY = ("last_seen", "id")  # the order in which all states together have an index
WORDS = 4  # of a search
OPEN = (GroupState.NEW, GroupState.REGRESSED, GroupState.ONGOING)
WAITING = (GroupState.NEW, GroupState.REGRESSED)  # nobody has looked at them yet
TABS: Mapping[str, tuple[GroupState, ...]] = {
    "open": OPEN,
    **{state.value: (state,) for state in (*OPEN, GroupState.MUTED, GroupState.RESOLVED)},
    "all": tuple(GroupState),
}


@dataclass(frozen=True)
class GroupSelection:
    """The groups of a tab; the search is words that all occur in title, function or handler."""

    tab: str = "open"
    search: str = ""
    is_slow = False

    def listed(self) -> QuerySet[ErrorGroup]:
        """Return what fits, of the states of the tab."""
        return self.found().filter(state__in=TABS[self.tab])

    def found(self) -> QuerySet[ErrorGroup]:
        """Return what fits the search, in any state."""
        return ErrorGroup.objects.filter(_matches(self.search)) if self.search else ErrorGroup.objects.all()

    def branches(self, by: tuple[str, ...], *, ascending: bool) -> tuple[Branch, ...]:
        """Return a condition for each state, which have an index each; a search looks through the first of each."""
        order = by if ascending else tuple(f"-{name}" for name in by)
        if TABS[self.tab] == TABS["all"] and by == ALL_BY:
            return (Branch(_first(ErrorGroup.objects.order_by(*order), len(GroupState))),) if self.search else ()
        states = TABS[self.tab]
        if not self.search:
            return tuple(Branch(Q(state=state)) for state in states)
        return tuple(Branch(_first(ErrorGroup.objects.filter(state=state).order_by(*order))) for state in states)


def waiting(cap: int = 1000) -> QuerySet[Any]:
    """Return the groups to be counted that nobody has looked at yet, but not further than the cap."""
    return ErrorGroup.objects.filter(state__in=WAITING).order_by().values("pk")[:cap]


def _first(ordered: QuerySet[ErrorGroup], states: int = 1) -> Q:
    """Match those that a search looks through, of so many states together."""
    return Q(pk__in=ordered.values("pk")[: SEARCHED * states])


def _matches(search: str) -> Q:
    """Match every word somewhere."""
    words = storable(search).split()[:WORDS]
    return reduce(and_, (_anywhere(word) for word in words), Q())


def _anywhere(word: str) -> Q:
    return reduce(or_, (Q((f"{name}__icontains", word)) for name in ("title", "culprit", "handler")))
