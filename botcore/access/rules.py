"""Who may change whose access: asked before a question is shown, and again by services.py and links.py under the lock.

Roles are read from the database here: what a process holds in memory (book.py) may be seconds old.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from botcore import sql
from botcore.access.models import RoleGrant, StaffLink
from botcore.access.roles import GRANTED, Role
from botcore.access.selectors import account_role, group_role, role_now, roles
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.people import selectors as people

# Telegram's own accounts, in whose name many people write: telegram.constants.ChatID has them, and a test compares.
SHARED = frozenset({1087968824, 136817688, 777000})
OWNERS = "access:owners"


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives or takes a role: a Telegram account, or a staff account. Its role is looked up, never told."""

    person_id: int | None = None
    account_id: int | None = None

    @property
    def role(self) -> Role:
        """Return the role as the database has it now."""
        if self.account_id is not None:
            return account_role(self.account_id)
        return Role.MEMBER if self.person_id is None else role_now(self.person_id)


def hold(chat_id: int) -> None:
    """Let one transaction at a time change the access of a person or group."""
    sql.one_at_a_time(f"access:{chat_id}")


def check_is_somebody(user_id: int) -> None:
    """Raise ValidationError for a bot, and for an account in whose name many people write."""
    known = people.person(user_id)
    if user_id in SHARED or (known and known.is_bot):
        raise ValidationError(_("This account is a bot, or many people write in its name: it is not one person's."))


def check_may_restrict(user_id: int) -> None:
    """Raise ValidationError for somebody with a role, whom nobody bans, and for what is no person."""
    check_is_somebody(user_id)
    if (role := role_now(user_id)) > Role.MEMBER:
        raise ValidationError(_("This person has the role %(role)s: revoke it first.") % {"role": role.label})


def check_may_grant(user_id: int, role: Role, giver: Giver) -> Role:
    """Return the role that a person holds; raise when this one may not give them the new one."""
    check_is_somebody(user_id)
    before, mine = _check_may_change(user_id, giver), giver.role
    if role not in GRANTED:
        raise ValidationError(_("To take a role away, revoke it."))
    if role >= mine and mine < Role.OWNER:
        raise PermissionDenied(_("You can give only roles below your own."))
    if role < before:
        _check_an_owner_stays(user_id, before)
    _check_is_active(user_id)
    return before


def check_may_revoke(user_id: int, giver: Giver) -> Role:
    """Return the role that a person holds; raise for one that nobody, or not this one, may take away."""
    before = _check_may_change(user_id, giver)
    _check_an_owner_stays(user_id, before)
    return before


def role_held(user_id: int) -> Role:
    """Return the role that a person holds, also one that sleeps while the linked staff account is not active."""
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        return Role.OWNER
    if link := _link_of(user_id):
        return group_role(link.account)
    return Role(RoleGrant.objects.filter(user_id=user_id).values_list("role", flat=True).first() or Role.MEMBER)


def _check_may_change(user_id: int, giver: Giver) -> Role:
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        raise ValidationError(_("This owner is named in TELEGRAM_ADMIN_IDS: change it there."))
    before = role_held(user_id)
    if before == Role.OWNER:
        sql.one_at_a_time(OWNERS)  # two who revoke each other: the later one is no owner any more
    if before >= (mine := giver.role) and mine < Role.OWNER:
        raise PermissionDenied(_("You can change only roles below your own."))
    link = _link_of(user_id)
    if link and link.account.is_superuser:
        raise ValidationError(_("The linked account is a superuser: change that in Django's admin."))
    return before


def _check_an_owner_stays(user_id: int, before: Role) -> None:
    """Raise ValidationError for the last owner: nobody could make another one, in the bot or on the pages."""
    if before < Role.OWNER:
        return
    owners = {person for person, role in roles().items() if role == Role.OWNER} | {*settings.TELEGRAM_ADMIN_IDS}
    is_owner = Q(is_superuser=True) | Q(groups__name=Role.OWNER.name.lower())
    accounts = get_user_model().objects.filter(is_owner, is_active=True, is_staff=True)
    if not owners - {user_id} and not accounts.exclude(telegram_link__user_id=user_id).exists():
        raise ValidationError(_("This is the last owner: make somebody else an owner first."))


def _check_is_active(user_id: int) -> None:
    link = _link_of(user_id)
    if link and not (link.account.is_active and link.account.is_staff):
        words = _("The staff account %(account)s is not active.")
        raise ValidationError(words % {"account": link.account.get_username()})


def _link_of(user_id: int) -> StaffLink | None:
    return StaffLink.objects.select_related("account").filter(user_id=user_id).first()
