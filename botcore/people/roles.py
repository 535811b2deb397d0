"""Roles: what a person may do. Owners are named in TELEGRAM_ADMIN_IDS."""

from enum import IntEnum

from django.conf import settings


class Role(IntEnum):
    """A higher role may do all that a lower one may."""

    MEMBER = 0
    OWNER = 100


def role_of(user_id: int | None) -> Role:
    """Return the role of a Telegram account."""
    return Role.OWNER if user_id in settings.TELEGRAM_ADMIN_IDS else Role.MEMBER
