"""The second factor of a staff account: codes of an app by the clock (TOTP, RFC 6238), and codes for who lost it.

django-otp keeps the app's secret and knows which code was the last: none is taken twice. Recovery codes are one-time
codes of access/codes.py. Arguments that carry a code are called `secret`, so that the page of an error hides them.
"""

from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from botcore import sql
from botcore.access import codes
from botcore.access.models import Purpose
from botcore.accounts import limits, tries
from botcore.audit import logins
from botcore.audit.services import record
from botcore.exceptions import ValidationError

RECOVERY_CODES = 10
DIGITS = 6
WHAT = "code"  # is tried
# At the login, of one account, from wherever. Three codes are good at a time: guessing for a day hits one in 6,000.
WRONG = {timedelta(minutes=15): 10, timedelta(days=1): 50}


class Way(StrEnum):
    """By which kind of code somebody has come in."""

    APP = "a code"
    RECOVERY = "a recovery code"


@dataclass(frozen=True)
class Enrolment:
    """What an app needs to know: an address for its camera, and the secret for who types it, in blocks."""

    address: str
    typed: str


@dataclass(frozen=True)
class Factor:
    """What the account's page says of it."""

    on: bool
    codes_left: int


def is_on(account_id: int) -> bool:
    """Tell whether an account needs a code to log in."""
    return bool(TOTPDevice.objects.filter(user_id=account_id, confirmed=True).exists())


def state(account_id: int) -> Factor:
    """Return it with how many recovery codes are left."""
    return Factor(is_on(account_id), codes.left(account_id=account_id, purpose=Purpose.RECOVERY))


def accounts_with() -> frozenset[int]:
    """Return the accounts that have one."""
    return frozenset(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))


def begin(*, account_id: int) -> str:
    """Return a new secret, which no table has until a code proves that an app knows it."""
    if is_on(account_id):
        raise ValidationError(_("A second factor is set up already: switch it off first."))
    return str(default_key())


def enrolment(*, account: User, app_secret: str) -> Enrolment:
    """Return what to show to the app."""
    device = TOTPDevice(user=account, key=app_secret)
    secret = b32encode(device.bin_key).decode().rstrip("=")
    blocks = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Enrolment(device.config_url, blocks)


def confirm(*, account_id: int, app_secret: str, secret: str, by: str, here: str) -> list[str]:
    """Let the factor count from now on; return the recovery codes, which are never shown again.

    `app_secret` is what begin() has returned, "" when nothing was begun.
    """
    with _counted(account_id, here):
        if is_on(account_id):
            raise ValidationError(_already())
        if not app_secret:
            raise ValidationError(_("Nothing was begun that this code could complete: begin again."))
        TOTPDevice.objects.filter(user_id=account_id).delete()
        if not _verifies(TOTPDevice(user_id=account_id, name="app", key=app_secret), secret):
            raise ValidationError(wrong())  # which undoes what was written since the try was counted
        _count_anew(account_id, here)
        made = codes.make_several(RECOVERY_CODES, account_id=account_id, purpose=Purpose.RECOVERY)
        record("account.factor_on", logins.account(_username(account_id)), by=by)
    return made


def check(*, account_id: int, secret: str, here: str = "") -> Way | None:
    """Return the kind of a right code, which is used up by that; None for a wrong one. Raise TooMany after many.

    `here` is the login that it is given in, "" where it is given to log in: those are counted apart.
    """
    with _counted(account_id, here):
        device = TOTPDevice.objects.filter(user_id=account_id, confirmed=True).first()
        way = None
        if device is not None and _verifies(device, secret):
            way = Way.APP
        elif device is not None and codes.use_up(secret, Purpose.RECOVERY, account_id=account_id):
            way = Way.RECOVERY
        if way:
            _count_anew(account_id, here)
    return way


@transaction.atomic
def turn_off(*, account_id: int, by: str) -> bool:
    """Take it away with its recovery codes; return False when there was none."""
    if not _removed(account_id):
        return False
    record("account.factor_off", logins.account(_username(account_id)), by=by)
    return True


@transaction.atomic
def reset(*, account_id: int, by: str) -> bool:
    """Do the same to another's, who has lost it; return False when there was none."""
    if not _removed(account_id):
        return False
    _count_anew(account_id)
    record("account.factor_reset", logins.account(_username(account_id)), by=by)
    return True


@transaction.atomic
def renew_codes(*, account_id: int, by: str) -> list[str]:
    """Return new recovery codes; the old ones are void."""
    made = codes.make_several(RECOVERY_CODES, account_id=account_id, purpose=Purpose.RECOVERY)
    record("account.codes", logins.account(_username(account_id)), by=by)
    return made


def wrong() -> str:
    """Say that a code is not right."""
    return _("This code is not right. Codes change every 30 seconds and work once: wait for the next one.")


def _already() -> str:
    """Tell who has pressed the button twice: the browser shows the second answer only."""
    why = _("The second factor is on already: your form came twice, and the codes went with the first answer.")
    what = _("If you have not seen them, make new ones here with the next code of your app.")
    return f"{why} {what}"


@contextmanager
def _counted(account_id: int, here: str) -> Iterator[None]:
    """Count a try before it is known whether it is right, so that many at once are no more than are allowed."""
    if here:
        tries.count(WHAT, account_id=account_id, here=here)
    else:
        limits.take(_key(account_id), WRONG)
    with transaction.atomic():
        _hold(account_id)
        yield


def _count_anew(account_id: int, here: str = "") -> None:
    limits.forget(_key(account_id))
    tries.forget(WHAT, account_id=account_id, here=here)


def _key(account_id: int) -> str:
    return f"{WHAT}:{account_id}"


def _hold(account_id: int) -> None:
    sql.one_at_a_time(f"factor:{account_id}")


def _verifies(device: TOTPDevice, secret: str) -> bool:
    """Tell whether it is a code of now, and note that it was used; other numbers than ASCII's are none."""
    typed = "".join(secret.split())
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit() and bool(device.verify_token(typed))


def _removed(account_id: int) -> bool:
    _hold(account_id)
    count, _rows = TOTPDevice.objects.filter(user_id=account_id).delete()
    codes.void(account_id=account_id, purpose=Purpose.RECOVERY)
    return bool(count)


def _username(account_id: int) -> str:
    return User.objects.get(pk=account_id).get_username()
