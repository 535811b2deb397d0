"""Changing one's own password: the session at hand stays, the others end."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction

from botcore.accounts import limits, sessions
from botcore.audit import logins
from botcore.audit.services import record

TRIES = {timedelta(minutes=15): 10}  # of the old password, by who has found a browser open


def count_try(account_id: int) -> None:
    """Count a try; raise TooMany after many."""
    limits.take(f"password:{account_id}", TRIES)


@transaction.atomic
def change(*, account: User, password: str, session_key: str, by: str) -> None:
    """Give the account a password that was checked; its other sessions end, and who was about to log in begins anew."""
    account.set_password(password)
    account.save(update_fields=["password"])
    limits.forget(f"password:{account.pk}")
    sessions.end_silently(account_id=account.pk, session_key=session_key)
    record("account.password", logins.account(account.get_username()), by=by)
