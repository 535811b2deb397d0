"""Linking a staff account with the Telegram account of the same person, and logging in by a link from the bot."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access import codes
from botcore.access.models import OneTimeCode, Purpose, RoleGrant, StaffLink
from botcore.access.roles import Role
from botcore.access.rules import check_is_somebody, hold
from botcore.access.selectors import account_role, linked_account, linked_person, restriction_of, role_now
from botcore.access.services import forget
from botcore.audit import logins
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people import selectors as people

LOGIN_PATH = "/login/"  # of dashboard/urls.py; what is logged hides what stands behind it


@dataclass(frozen=True)
class Linked:
    """The Telegram account that a staff account is linked with."""

    user_id: int
    name: str
    at: datetime


@dataclass(frozen=True)
class Offer:
    """What linking would do: with which account, its role, the person's now and then; `code_id` is for link()."""

    code_id: int
    account: str
    account_role: Role
    before: Role
    after: Role


def linked(account_id: int) -> Linked | None:
    """Return the Telegram account of a staff account."""
    row = StaffLink.objects.filter(account_id=account_id).first()
    return Linked(row.user_id, people.names([row.user_id]).get(row.user_id, ""), row.at) if row else None


def link_code(*, account_id: int) -> str:
    """Return a code for `/link`, good for ten minutes."""
    if StaffLink.objects.filter(account_id=account_id).exists():
        raise ValidationError(_("Your staff account is linked already: unlink it first."))
    return codes.make(account_id=account_id, purpose=Purpose.LINK)


def offer(*, user_id: int, secret: str) -> Offer:
    """Say what a code would do for this person, and leave it as it is; raise ValidationError when it cannot be done."""
    code_id = codes.find(secret, Purpose.LINK)
    account = _linkable(user_id, code_id)
    role = account_role(account.pk)
    after = Role.OWNER if user_id in settings.TELEGRAM_ADMIN_IDS else role
    return Offer(code_id, account.get_username(), role, role_now(user_id), after)


@transaction.atomic
def link(*, user_id: int, code_id: int, by: str) -> str:
    """Link the person with the account that an offered code is for; return the account's name.

    The account keeps its role, which is the person's from now on; a grant that is not higher goes. Once more by the
    same person it changes nothing.
    """
    hold(user_id)
    if name := _linked_by(user_id, code_id):
        return name
    account = _linkable(user_id, code_id)
    if codes.use(code_id, Purpose.LINK) is None:
        raise ValidationError(_bad_code())
    try:
        with transaction.atomic():
            StaffLink.objects.create(account_id=account.pk, user_id=user_id, at=timezone.now())
    except IntegrityError as exc:
        raise ValidationError(_("That staff account is linked with another Telegram account already.")) from exc
    given_up = _granted(user_id)
    RoleGrant.objects.filter(user_id=user_id).delete()
    before = {"grant": given_up.name.lower()} if given_up else None
    after = {"person": user_id, "role": account_role(account.pk).name.lower()}
    record("account.link", logins.account(account.get_username()), before=before, after=after, by=by)
    forget()
    return account.get_username()


def spoil(*, secret: str) -> None:
    """Let a code that others have seen be good for nothing."""
    codes.use(codes.find(secret, Purpose.LINK), Purpose.LINK)


@transaction.atomic
def unlink(*, account_id: int, by: str) -> bool:
    """Take a staff account and its Telegram account apart; return False when they are. The account stays as it is."""
    user_id = linked_person(account_id)
    if user_id is None:
        return False
    hold(user_id)
    row = StaffLink.objects.filter(account_id=account_id, user_id=user_id).first()
    if row is None:
        return False
    row.delete()
    codes.void(account_id=account_id, purpose=Purpose.LOGIN)
    record("account.unlink", logins.account(row.account.get_username()), before={"person": row.user_id}, by=by)
    forget()
    return True


def unlink_person(*, user_id: int, by: str) -> bool:
    """Do the same for the person."""
    row = StaffLink.objects.filter(user_id=user_id).first()
    return row is not None and unlink(account_id=row.account_id, by=by)


def account_name(user_id: int) -> str:
    """Return the name of a person's staff account; raise for a person without one."""
    if name := linked_account(user_id):
        return name
    raise ValidationError(_("No staff account is linked with you. The page Your account of the dashboard says how."))


def login_address(*, user_id: int) -> str:
    """Return the address at which a person logs in once, within two minutes."""
    if not settings.DASHBOARD_URL:
        raise ValidationError(_("I do not know the dashboard's address: DASHBOARD_URL is not set."))
    name = account_name(user_id)
    row = StaffLink.objects.get(user_id=user_id)
    if _active(row.account_id) is None:
        raise ValidationError(_("The staff account %(account)s is not active.") % {"account": name})
    return f"{settings.DASHBOARD_URL}{LOGIN_PATH}{codes.make(account_id=row.account_id, purpose=Purpose.LOGIN)}/"


def invited(secret: str) -> str:
    """Return the name of the account that a login code is for, "" for one that is not good; the code stays good."""
    account_id = codes.account_of(codes.find(secret, Purpose.LOGIN), Purpose.LOGIN)
    account = None if account_id is None else _active(account_id)
    return account.get_username() if account else ""


def enter(*, secret: str) -> int | None:
    """Use a login code up; return the account that may come in, None for a code that is not good."""
    account_id = codes.use(codes.find(secret, Purpose.LOGIN), Purpose.LOGIN)
    return account_id if account_id is not None and _active(account_id) else None


def _linkable(user_id: int, code_id: int) -> User:
    """Return the account that the code is for; raise ValidationError when this person may not be linked with it."""
    check_is_somebody(user_id)
    if name := linked_account(user_id):
        words = _("You are linked with the staff account %(account)s already. /unlink ends that.")
        raise ValidationError(words % {"account": name})
    account_id = codes.account_of(code_id, Purpose.LINK)
    if account_id is None or (account := _active(account_id)) is None:
        raise ValidationError(_bad_code())
    if StaffLink.objects.filter(account_id=account_id).exists():
        raise ValidationError(_("That staff account is linked with another Telegram account already."))
    if restriction_of(user_id):
        raise ValidationError(_("You are banned or muted here: that must be lifted first."))
    _check_lifts_nobody(_granted(user_id), account)
    return account


def _check_lifts_nobody(granted: Role, account: User) -> None:
    """Raise ValidationError when the account would get a role by the link: its code may come from somebody else."""
    if granted > account_role(account.pk):
        words = _("Your role %(role)s is higher than that of the staff account %(account)s: it must get that first.")
        raise ValidationError(words % {"role": granted.label, "account": account.get_username()})


def _bad_code() -> str:
    return _("This code is wrong, used or too old. Make a new one on the dashboard's account page.")


def _linked_by(user_id: int, code_id: int) -> str:
    """Return the account's name when the person is linked with the one that the code is, or was, for; else ""."""
    account_id = OneTimeCode.objects.filter(pk=code_id).values_list("account_id", flat=True).first()
    row = StaffLink.objects.select_related("account").filter(user_id=user_id, account_id=account_id).first()
    return row.account.get_username() if row else ""


def _granted(user_id: int) -> Role:
    return Role(RoleGrant.objects.filter(user_id=user_id).values_list("role", flat=True).first() or Role.MEMBER)


def _active(account_id: int) -> User | None:
    return User.objects.filter(pk=account_id, is_active=True, is_staff=True).first()
