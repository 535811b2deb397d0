"""Whose talk with the bot an operator may read: of people with their own role or a higher one only their own.

The one door for all that people and the bot have written; who lacks `read_messages` finds it closed.

What the bot tells those, such as entries of the audit or a question to be confirmed, is not for everybody who may look
at messages. Groups are open: what is said there, all of their members have read.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from botcore.access.held import Held, held
from botcore.access.roles import Role


@dataclass(frozen=True)
class Reader:
    """Who reads: `closed` are the private chats that are not for them, and without `reads` everything is."""

    closed: frozenset[int] = frozenset()
    reads: bool = True

    def may_read(self, chat_id: int | None, user_id: int | None = None) -> bool:
        """Tell whether what was said there is for them; without a chat it is its sender's."""
        return self.reads and (user_id if chat_id is None else chat_id) not in self.closed

    def open_rows(self, rows: QuerySet[Any], *, has_sender: bool = False) -> QuerySet[Any]:
        """Leave out rows of closed chats; `has_sender`: also those without a chat, such as inline queries."""
        return self.known_rows(rows, has_sender=has_sender) if self.reads else rows.none()

    def known_rows(self, rows: QuerySet[Any], *, has_sender: bool = False) -> QuerySet[Any]:
        """Do the same for a list that shows no words to those who read nothing."""
        closed = Q(chat_id__in=self.closed)
        if has_sender:
            closed |= Q(chat_id=None, user_id__in=self.closed)
        return rows.exclude(closed) if self.closed else rows

    def hidden(self) -> str:
        """Say in the place of a text that it is not for them."""
        if self.reads:
            return _("Not shown: it was said to somebody with your role or a higher one.")
        return _("Not shown: your account may not read what people write.")


def hidden_error() -> str:
    """Say in the place of an error's text that it is not for who sees no errors: it may quote what somebody wrote."""
    return _("Not shown: your account may not see errors.")


def by_person(user_id: int) -> Reader:
    """Return who reads in Telegram, with the role of this moment."""
    roles = held()
    role = roles.all_roles.get(user_id, Role.MEMBER)
    return Reader(_closed(role, user_id, roles), reads=role >= Role.SUPPORT)


def by_account(account: AbstractBaseUser | AnonymousUser | None, roles: Held | None = None) -> Reader:
    """Return who reads on the pages; `roles` is who holds which role, when the account's page has read that already."""
    if not (isinstance(account, User) and account.is_active and account.is_staff):
        return Reader(_closed(Role.MEMBER, 0, held()), reads=False)
    if account.is_superuser:
        return Reader()
    roles = roles or held(account.pk)
    closed = _closed(roles.role_of(account.pk), roles.person_of(account.pk), roles)
    return Reader(closed, reads=account.has_perm("botcore.read_messages"))


def _closed(role: Role, person: int | None, roles: Held) -> frozenset[int]:
    if role == Role.OWNER:
        return frozenset()
    return frozenset(user_id for user_id, its in roles.all_roles.items() if its >= role and user_id != person)
