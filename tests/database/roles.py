"""Roles for the tests of access: somebody who has one, in Telegram or on the pages, and what the audit says."""

import json
from typing import Any

from django.contrib.auth.models import User as Account
from django.utils import timezone

from botcore.access import services
from botcore.access.models import RoleGrant, StaffLink
from botcore.access.roles import Role
from botcore.access.rules import Giver
from botcore.audit.models import AuditEntry
from tests.database.access import BOSS, account


def give(user_id: int, role: Role, giver: Giver = BOSS) -> bool:
    """Grant a role."""
    return services.grant(user_id=user_id, role=role, by="the tests", giver=giver)


def has(user_id: int, role: Role) -> Giver:
    """Let somebody in Telegram have a role, or none."""
    RoleGrant.objects.filter(user_id=user_id).delete()
    if role:
        RoleGrant.objects.create(user_id=user_id, role=role, by="x", at=timezone.now())
    return Giver(person_id=user_id)


def has_an_account(user_id: int, role: Role) -> Giver:
    """Let somebody on the pages have a role, or none."""
    return Giver(account_id=account(f"desk {user_id} {role}", role).pk)


def link(user_id: int, *, role: Role = Role.MEMBER, **facts: Any) -> Account:
    """Make a staff account, put it in its role's group and link it."""
    made = Account.objects.create(username=f"desk-{user_id}", is_staff=True, **facts)
    services.put_in_group(made.pk, role)
    StaffLink.objects.create(account=made, user_id=user_id, at=timezone.now())
    return made


def audit() -> list[tuple[str, str, object, object]]:
    """Return what the audit says: action, target, before and after."""
    rows = AuditEntry.objects.order_by("pk")
    return [(r.action, r.target, r.before and json.loads(r.before), r.after and json.loads(r.after)) for r in rows]
