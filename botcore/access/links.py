"""Linking a staff account with the Telegram account of the same person, and logging in by a link from the bot."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access import codes
from botcore.access.models import Purpose, RoleGrant, StaffLink
from botcore.access.roles import Role
from botcore.access.selectors import account_role, linked_account
from botcore.access.services import forget, put_in_group
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


def linked(account_id: int) -> Linked | None:
    """Return the Telegram account of a staff account."""
    row = StaffLink.objects.filter(account_id=account_id).first()
    return Linked(row.user_id, people.names([row.user_id]).get(row.user_id, ""), row.at) if row else None


def link_code(*, account_id: int) -> str:
    """Return a code for `/link`, good for ten minutes."""
    if StaffLink.objects.filter(account_id=account_id).exists():
        raise ValidationError(_("Your staff account is linked already: unlink it first."))
    return codes.make(account_id=account_id, purpose=Purpose.LINK)


@transaction.atomic
def link(*, user_id: int, secret: str, by: str) -> str:
    """Link the person with the account that the code is for; return the account's name. The higher role stays."""
    if name := linked_account(user_id):
        words = _("You are linked with the staff account %(account)s already. /unlink ends that.")
        raise ValidationError(words % {"account": name})
    account_id = codes.use(secret, Purpose.LINK)
    if account_id is None or (account := _active(account_id)) is None:
        raise ValidationError(_("This code is wrong, used or too old. Make a new one on the dashboard's account page."))
    try:
        with transaction.atomic():
            StaffLink.objects.create(account_id=account_id, user_id=user_id, at=timezone.now())
    except IntegrityError as exc:
        raise ValidationError(_("That staff account is linked with another Telegram account already.")) from exc
    role = _merged(user_id, account_id)
    after = {"person": user_id, "role": role.name.lower()}
    record("account.link", logins.account(account.get_username()), after=after, by=by)
    forget()
    return account.get_username()


def spoil(*, secret: str) -> None:
    """Let a code that others have seen be good for nothing."""
    codes.use(secret, Purpose.LINK)


@transaction.atomic
def unlink(*, account_id: int, by: str) -> bool:
    """Take a staff account and its Telegram account apart; return False when they are. The account stays as it is."""
    row = StaffLink.objects.select_for_update().filter(account_id=account_id).first()
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
    raise ValidationError(_("You are not linked with a staff account. The dashboard's account page says how to be."))


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
    account_id = codes.account_of(secret, Purpose.LOGIN)
    account = None if account_id is None else _active(account_id)
    return account.get_username() if account else ""


def enter(*, secret: str) -> int | None:
    """Use a login code up; return the account that may come in, None for a code that is not good."""
    account_id = codes.use(secret, Purpose.LOGIN)
    return account_id if account_id is not None and _active(account_id) else None


def _active(account_id: int) -> AbstractBaseUser | None:
    return get_user_model().objects.filter(pk=account_id, is_active=True, is_staff=True).first()


def _merged(user_id: int, account_id: int) -> Role:
    """Let the account have the higher of both roles; the grant goes, since the account's group counts from now on."""
    granted = Role(RoleGrant.objects.filter(user_id=user_id).values_list("role", flat=True).first() or Role.MEMBER)
    RoleGrant.objects.filter(user_id=user_id).delete()
    role = account_role(account_id)
    if granted > role:
        put_in_group(account_id, granted)
    return max(granted, role)
