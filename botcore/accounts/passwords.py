"""One's own password: asked for once more before what a stolen session must not do, and changed."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from botcore.accounts import limits, sessions
from botcore.audit import logins
from botcore.audit.services import record

TRIES = {timedelta(minutes=15): 10}  # of a password, by who has found a browser open


def count_try(account_id: int) -> None:
    """Count a try; raise TooMany after many."""
    limits.take(_key(account_id), TRIES)


def is_right(*, account: User, password: str) -> bool:
    """Tell whether it is the account's; a try is counted before it is looked at. Raise TooMany after many."""
    count_try(account.pk)
    if not account.check_password(password):
        return False
    limits.forget(_key(account.pk))
    return True


def wrong() -> str:
    """Say that a password is not right."""
    return _("This is not your password.")


@transaction.atomic
def change(*, account: User, password: str, session_key: str, by: str) -> None:
    """Give the account a password that was checked; its other sessions end, and who was about to log in begins anew."""
    account.set_password(password)
    account.save(update_fields=["password"])
    limits.forget(_key(account.pk))
    sessions.end_silently(account_id=account.pk, session_key=session_key)
    record("account.password", logins.account(account.get_username()), by=by)


def _key(account_id: int) -> str:
    return f"password:{account_id}"
