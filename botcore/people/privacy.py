"""Whose talk with the bot an operator may read: of people with their own role or a higher one only their own.

What the bot tells those, such as entries of the audit or a question to be confirmed, is not for everybody who may look
at messages. Groups are open: what is said there, all of their members have read.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from botcore.access import selectors as access
from botcore.access.roles import Role


@dataclass(frozen=True)
class Reader:
    """Who reads: `closed` are the private chats that are not for them."""

    closed: frozenset[int] = frozenset()

    def may_read(self, chat_id: int | None, user_id: int | None = None) -> bool:
        """Tell whether what was said there is for them; without a chat it is its sender's."""
        return (user_id if chat_id is None else chat_id) not in self.closed

    def open_rows(self, rows: QuerySet[Any], *, has_sender: bool = False) -> QuerySet[Any]:
        """Leave out rows of closed chats; `has_sender`: also those without a chat, such as inline queries."""
        closed = Q(chat_id__in=self.closed)
        if has_sender:
            closed |= Q(chat_id=None, user_id__in=self.closed)
        return rows.exclude(closed) if self.closed else rows


def by_person(user_id: int) -> Reader:
    """Return who reads in Telegram, with the role of this moment."""
    return Reader(_closed(access.role_now(user_id), user_id))


def by_account(account_id: int | None) -> Reader:
    """Return who reads on the pages."""
    account = account_id or 0
    role = access.account_role(account)
    return Reader() if role == Role.OWNER else Reader(_closed(role, access.linked_person(account)))


def hidden() -> str:
    """Say in the place of a text that it is not for this reader."""
    return _("Not shown: it was said to somebody with your role or a higher one.")


def _closed(role: Role, person: int | None) -> frozenset[int]:
    if role == Role.OWNER:
        return frozenset()
    held = access.roles() | dict.fromkeys(settings.TELEGRAM_ADMIN_IDS, Role.OWNER)
    return frozenset(user_id for user_id, its in held.items() if its >= role and user_id != person)
