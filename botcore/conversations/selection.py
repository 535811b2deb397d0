"""Which conversations an operator means, as a query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from botcore.conversations.models import Conversation
from botcore.people.selection import PeopleSelection

WAITING, MINE, CLOSED = "waiting", "mine", "closed"


@dataclass(frozen=True)
class ConversationSelection:
    """All that fit: of a tab, and with whom. `account` is whose the tab `mine` shows.

    `search` is the start of a person's name or @username, a whole id, or a #tag.
    """

    tab: str = ""
    account: int = 0
    search: str = ""
    is_slow = False

    def listed(self) -> QuerySet[Conversation]:
        """Return what fits, with the person and whose it is."""
        found = tab_rows(self.tab, self.account).select_related("person", "assignee")
        if not self.search:
            return found
        return found.filter(pk__in=PeopleSelection(search=self.search).listed().order_by().values("pk"))


def waiting(cap: int = 1000) -> QuerySet[Any]:
    """Return the conversations in which somebody waits to be counted, but not further than the cap."""
    return tab_rows(WAITING, 0).order_by().values("pk")[:cap]


def tab_rows(tab: str, account: int) -> QuerySet[Conversation]:
    """Return the conversations of a tab."""
    if tab == WAITING:
        return Conversation.objects.filter(waiting_since__isnull=False)
    if tab == MINE:
        return Conversation.objects.filter(assignee__isnull=False, assignee_id=account, is_open=True)
    if tab == CLOSED:
        return Conversation.objects.filter(is_open=False)
    return Conversation.objects.all()
