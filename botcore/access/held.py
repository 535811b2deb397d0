"""Who holds which role and from where: grants and linked staff accounts, read in one statement."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Q, QuerySet, Value

from botcore.access.models import RoleGrant
from botcore.access.roles import BY_NAME, Role


@dataclass(frozen=True)
class Grant:
    """A role that somebody gave to a Telegram account."""

    role: Role
    by: str
    at: datetime


@dataclass(frozen=True)
class Staff:
    """A staff account: its name, the role of its highest group, and its Telegram account if it is linked with one."""

    user_id: int | None
    name: str
    role: Role


@dataclass(frozen=True)
class Held:
    """Who holds which role and from where: grants by Telegram's ids, staff accounts by their keys."""

    grants: dict[int, Grant]
    accounts: dict[int, Staff]

    def role_of(self, account_id: int) -> Role:
        """Return the role of a staff account that was read."""
        return self.accounts[account_id].role if account_id in self.accounts else Role.MEMBER

    def person_of(self, account_id: int) -> int | None:
        """Return its Telegram account."""
        return self.accounts[account_id].user_id if account_id in self.accounts else None

    @cached_property
    def linked(self) -> dict[int, Staff]:
        """The linked accounts that have a role, by Telegram's ids."""
        return {one.user_id: one for one in self.accounts.values() if one.user_id and one.role}

    @cached_property
    def roles(self) -> dict[int, Role]:
        """Who has which role, but for TELEGRAM_ADMIN_IDS."""
        granted = {user_id: grant.role for user_id, grant in self.grants.items()}
        return granted | {user_id: one.role for user_id, one in self.linked.items()}

    @cached_property
    def all_roles(self) -> dict[int, Role]:
        """The same with TELEGRAM_ADMIN_IDS."""
        return self.roles | dict.fromkeys(settings.TELEGRAM_ADMIN_IDS, Role.OWNER)


def held(account_id: int = 0) -> Held:
    """Read all grants and linked staff accounts in one statement; also this account, linked or not."""
    grants: dict[int, Grant] = {}
    accounts: dict[int, Staff] = {}
    for user_id, account, name, group, is_owner, granted, by, at in _granted().union(_accounts(account_id), all=True):
        if not account:
            grants[user_id] = Grant(Role(granted), by, at)
            continue
        role = Role.OWNER if is_owner else BY_NAME.get(group or "", Role.MEMBER)
        before = accounts[account].role if account in accounts else role
        accounts[account] = Staff(user_id, name, max(role, before))
    return Held(grants, accounts)


def _granted() -> QuerySet[Any, tuple[Any, ...]]:
    nobody = (Value(0, BigIntegerField()), Value(""), Value(""), Value(False))
    return RoleGrant.objects.order_by().values_list("user_id", *nobody, "role", "by", "at")


def _accounts(account_id: int) -> QuerySet[Any, tuple[Any, ...]]:
    model = get_user_model()
    rows = model.objects.filter(Q(pk=account_id) | ~Q(telegram_link=None), is_active=True, is_staff=True).order_by()
    known = ("telegram_link__user_id", "pk", model.USERNAME_FIELD, "groups__name", "is_superuser")
    return rows.values_list(*known, Value(0), Value(""), "telegram_link__at")
