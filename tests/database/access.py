"""Staff accounts and codes for the tests of access."""

from datetime import timedelta

from django.contrib.auth.models import User as Account
from django.db.models import F

from botcore.access import links
from botcore.access.groups import group_of
from botcore.access.models import OneTimeCode
from botcore.access.roles import Role
from botcore.access.rules import Giver

BOSS = Giver(person_id=1)  # an owner: Alice, whom TELEGRAM_ADMIN_IDS names in tests


def account(name: str = "carol", role: Role = Role.MEMBER, **facts: bool) -> Account:
    """Create a staff account with a role."""
    made: Account = Account.objects.create_user(name, password=f"{name}-password")
    for field, value in {"is_staff": True, **facts}.items():
        setattr(made, field, value)
    made.save()
    if role > Role.MEMBER:
        made.groups.add(group_of(role))
    return made


def linked_account(user_id: int, role: Role = Role.MEMBER, name: str = "carol", **facts: bool) -> Account:
    """Create a staff account that is linked with a person."""
    made = account(name, role, **facts)
    link(user_id, links.link_code(account_id=made.pk))
    return made


def link(user_id: int, secret: str, by: str = "the tests") -> str:
    """Link a person as the bot does after its question."""
    offer = links.offer(user_id=user_id, secret=secret)
    return links.link(user_id=user_id, code_id=offer.code_id, by=by)


def later(**length: float) -> None:
    """Let all codes be so much older."""
    past = timedelta(**length)
    OneTimeCode.objects.update(created_at=F("created_at") - past, expires_at=F("expires_at") - past)
