"""Changing access: bans and mutes, roles, the list of those who are let in. Each is one transaction with its audit."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.book import BOOK
from botcore.access.groups import group_of
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, RoleGrant
from botcore.access.roles import BY_NAME, Role
from botcore.access.rules import (
    Giver,
    check_is_somebody,
    check_may_grant,
    check_may_restrict,
    check_may_revoke,
    hold,
)
from botcore.access.selectors import linked_account_id
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.validators import storable

WHO_LENGTH, REASON_LENGTH = 150, 300


@transaction.atomic
def restrict(*, user_id: int, kind: Keep, by: str, until: datetime | None = None, reason: str = "") -> bool:
    """Ban or mute a person until a time, or for good, in the place of an earlier one; return False when it is so."""
    hold(user_id)
    now = timezone.now()
    if until is not None and until <= now:
        raise ValidationError(_("That time is over already."))
    check_may_restrict(user_id)
    before = Restriction.objects.filter(user_id=user_id, kind=kind).first()
    after = {"until": until, "reason": storable(reason)[:REASON_LENGTH]}
    if _facts(before) == after:
        return False
    facts = {**after, "by": storable(by)[:WHO_LENGTH], "at": now}
    Restriction.objects.update_or_create(user_id=user_id, kind=kind, defaults=facts)
    record(ACTIONS[kind], f"person:{user_id}", before=_facts(before), after=after, by=by)
    _changed()
    return True


ACTIONS = {Keep.BANNED: "access.ban", Keep.MUTED: "access.mute"}


@transaction.atomic
def lift(*, user_id: int, by: str) -> bool:
    """End a person's ban and mute; return False when there was none."""
    hold(user_id)
    if not _lifted(user_id, by):
        return False
    _changed()
    return True


@transaction.atomic
def grant(*, user_id: int, role: Role, by: str, giver: Giver) -> bool:
    """Give a person a role, and end a ban or mute; return False when they have it.

    Nobody gives more than is below their own role, but owners.
    """
    hold(user_id)
    before = check_may_grant(user_id, role, giver)
    if before == role:
        return False
    if (account_id := linked_account_id(user_id)) is None:
        facts = {"role": role, "by": storable(by)[:WHO_LENGTH], "at": timezone.now()}
        RoleGrant.objects.update_or_create(user_id=user_id, defaults=facts)
    else:
        put_in_group(account_id, role)
    _lifted(user_id, by)
    _note(user_id, before, role, by)
    return True


@transaction.atomic
def revoke(*, user_id: int, by: str, giver: Giver) -> bool:
    """Take a person's role away, also from the linked staff account; return False when there was none."""
    hold(user_id)
    before = check_may_revoke(user_id, giver)
    if before == Role.MEMBER:
        return False
    RoleGrant.objects.filter(user_id=user_id).delete()
    if (account_id := linked_account_id(user_id)) is not None:
        put_in_group(account_id, Role.MEMBER)
    _note(user_id, before, Role.MEMBER, by)
    return True


def put_in_group(account_id: int, role: Role) -> None:
    """Let a staff account have the group of this role and of no other; MEMBER has none."""
    account = get_user_model().objects.get(pk=account_id)
    account.groups.remove(*Group.objects.filter(name__in=BY_NAME))
    if role > Role.MEMBER:
        account.groups.add(group_of(role))


@transaction.atomic
def allow(*, chat_id: int, by: str) -> bool:
    """Put a person or group on the list; return False when it is there."""
    hold(chat_id)
    check_is_somebody(chat_id)
    facts = {"by": storable(by)[:WHO_LENGTH], "at": timezone.now()}
    _row, is_new = AllowedChat.objects.get_or_create(chat_id=chat_id, defaults=facts)
    if is_new:
        record("access.allow", _target(chat_id), after={"allowed": True}, by=by)
        _changed()
    return is_new


@transaction.atomic
def disallow(*, chat_id: int, by: str) -> bool:
    """Take a person or group off the list; return False when it was not there."""
    hold(chat_id)
    if not AllowedChat.objects.filter(chat_id=chat_id).delete()[0]:
        return False
    record("access.disallow", _target(chat_id), before={"allowed": True}, by=by)
    _changed()
    return True


def forget() -> None:
    """Let every process read access anew: something that it depends on has changed."""
    _changed()


def _lifted(user_id: int, by: str) -> bool:
    """Delete a person's ban and mute, with an entry of those that held; return False when none did."""
    found = list(Restriction.objects.filter(user_id=user_id).order_by("pk"))
    held = [row for row in found if row.until is None or row.until > timezone.now()]
    Restriction.objects.filter(pk__in=[row.pk for row in found]).delete()
    if held:
        before = {str(row.kind): _facts(row) for row in held}
        record("access.lift", f"person:{user_id}", before=before, by=by)
    return bool(held)


def _note(user_id: int, before: Role, after: Role, by: str) -> None:
    action = "access.grant" if after else "access.revoke"
    record(action, f"person:{user_id}", before={"role": before.name.lower()}, after={"role": after.name.lower()}, by=by)
    _changed()


def _facts(row: Restriction | None) -> dict[str, object] | None:
    return {"until": row.until, "reason": row.reason} if row else None


def _target(chat_id: int) -> str:
    return f"{'person' if chat_id > 0 else 'chat'}:{chat_id}"


def _changed() -> None:
    """Count the change, in its transaction; this process reads anew now, and once more when others can see it."""
    if not AccessVersion.objects.update(number=F("number") + 1):
        AccessVersion.objects.bulk_create([AccessVersion(pk=1, number=1)], ignore_conflicts=True)
    BOOK.change()
    transaction.on_commit(BOOK.change)
