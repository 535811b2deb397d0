"""Reading staff accounts for who manages them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from botcore.access.selectors import group_role
from botcore.accounts import factor, sessions

MOST = 500  # staff accounts that a page lists


@dataclass(frozen=True)
class Account:
    """A staff account; `role` is "" for none."""

    pk: int
    name: str
    role: str
    is_active: bool
    has_factor: bool
    places: int
    last_login: datetime | None


def accounts() -> list[Account]:
    """List staff accounts by name."""
    rows = User.objects.filter(is_staff=True).prefetch_related("groups").order_by("username")[:MOST]
    with_factor, places = factor.accounts_with(), sessions.count_by_account()
    return [_account(row, row.pk in with_factor, places.get(row.pk, 0)) for row in rows]


def account(pk: int) -> Account | None:
    """Return one of them."""
    row = User.objects.filter(pk=pk, is_staff=True).first()
    return _account(row, factor.is_on(pk), len(sessions.listed(pk))) if row else None


def _account(row: User, has_factor: bool, places: int) -> Account:  # noqa: FBT001
    role = group_role(row)
    return Account(row.pk, row.get_username(), str(role.label) if role else "", row.is_active, has_factor, places,
                   row.last_login)  # fmt: skip
