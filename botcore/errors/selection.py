"""Which groups of errors an operator means: conditions from an address, checked there, as a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.validators import storable

SEARCHED = 3000  # groups of each state, the first in the list's order, that a search looks through
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

    def branches(self, by: tuple[str, ...], *, ascending: bool) -> tuple[Q, ...]:
        """Return a condition for each state, which have an index each; a search looks through the first of each."""
        return tuple(self._branch(state, by, ascending=ascending) for state in TABS[self.tab])

    def _branch(self, state: GroupState, by: tuple[str, ...], *, ascending: bool) -> Q:
        if not self.search:
            return Q(state=state)
        order = by if ascending else tuple(f"-{name}" for name in by)
        first: QuerySet[ErrorGroup] = ErrorGroup.objects.filter(state=state).order_by(*order)
        return Q(pk__in=first.values("pk")[:SEARCHED])


def _matches(search: str) -> Q:
    """Match every word somewhere."""
    words = storable(search).split()[:WORDS]
    return reduce(and_, (_anywhere(word) for word in words), Q())


def _anywhere(word: str) -> Q:
    return reduce(or_, (Q((f"{name}__icontains", word)) for name in ("title", "culprit", "handler")))
