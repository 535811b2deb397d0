"""Changing access: bans and mutes, roles, the list of those who are let in. Each is one transaction with its audit."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.book import BOOK
from botcore.access.groups import group_of
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, RoleGrant, StaffLink
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.access.selectors import role_now
from botcore.audit.services import record
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.validators import storable

WHO_LENGTH, REASON_LENGTH = 150, 300


@transaction.atomic
def restrict(*, user_id: int, kind: Keep, by: str, until: datetime | None = None, reason: str = "") -> bool:
    """Ban or mute a person until a time, or for good, in the place of an earlier one; return False when it is so."""
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


def check_may_restrict(user_id: int) -> None:
    """Raise ValidationError for somebody with a role: nobody bans those."""
    if (role := role_now(user_id)) > Role.MEMBER:
        raise ValidationError(_("This person has the role %(role)s: revoke it first.") % {"role": role.label})


ACTIONS = {Keep.BANNED: "access.ban", Keep.MUTED: "access.mute"}


@transaction.atomic
def lift(*, user_id: int, by: str) -> bool:
    """End a person's ban and mute; return False when there was none."""
    found = list(Restriction.objects.select_for_update().filter(user_id=user_id).order_by("pk"))
    held = [row for row in found if row.until is None or row.until > timezone.now()]
    Restriction.objects.filter(pk__in=[row.pk for row in found]).delete()
    if not held:
        return False
    before = {str(row.kind): _facts(row) for row in held}
    record("access.lift", f"person:{user_id}", before=before, by=by)
    _changed()
    return True


@transaction.atomic
def grant(*, user_id: int, role: Role, by: str, by_role: Role) -> bool:
    """Give a person a role; return False when they have it. Nobody gives more than is below their own, but owners."""
    before = check_may_grant(user_id, role, by_role)
    if before == role:
        return False
    if (link := StaffLink.objects.select_related("account").filter(user_id=user_id).first()) is None:
        facts = {"role": role, "by": storable(by)[:WHO_LENGTH], "at": timezone.now()}
        RoleGrant.objects.update_or_create(user_id=user_id, defaults=facts)
    else:
        put_in_group(link.account_id, role)
    _note(user_id, before, role, by)
    return True


def check_may_grant(user_id: int, role: Role, by_role: Role) -> Role:
    """Return the role that a person has; raise when this one may not give them the new one."""
    before = check_may_revoke(user_id, by_role)
    if role not in GRANTED:
        raise ValidationError(_("To take a role away, revoke it."))
    if role >= by_role and by_role < Role.OWNER:
        raise PermissionDenied(_("You can give only roles below your own."))
    return before


@transaction.atomic
def revoke(*, user_id: int, by: str, by_role: Role) -> bool:
    """Take a person's role away, also from the linked staff account; return False when there was none."""
    before = check_may_revoke(user_id, by_role)
    RoleGrant.objects.filter(user_id=user_id).delete()
    if (link := StaffLink.objects.filter(user_id=user_id).first()) is not None:
        put_in_group(link.account_id, Role.MEMBER)
    if before == Role.MEMBER:
        return False
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
    facts = {"by": storable(by)[:WHO_LENGTH], "at": timezone.now()}
    _row, is_new = AllowedChat.objects.get_or_create(chat_id=chat_id, defaults=facts)
    if is_new:
        record("access.allow", _target(chat_id), after={"allowed": True}, by=by)
        _changed()
    return is_new


@transaction.atomic
def disallow(*, chat_id: int, by: str) -> bool:
    """Take a person or group off the list; return False when it was not there."""
    if not AllowedChat.objects.filter(chat_id=chat_id).delete()[0]:
        return False
    record("access.disallow", _target(chat_id), before={"allowed": True}, by=by)
    _changed()
    return True


def forget() -> None:
    """Let every process read access anew: something that it depends on has changed."""
    _changed()


def check_may_revoke(user_id: int, by_role: Role) -> Role:
    """Return the role that a person has; raise for one that nobody, or not this one, may change."""
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        raise ValidationError(_("This owner is named in TELEGRAM_ADMIN_IDS: change it there."))
    before = role_now(user_id)
    if before >= by_role and by_role < Role.OWNER:
        raise PermissionDenied(_("You can change only roles below your own."))
    link = StaffLink.objects.select_related("account").filter(user_id=user_id).first()
    if link and link.account.is_superuser:
        raise ValidationError(_("The linked account is a superuser: change that in Django's admin."))
    return before


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
