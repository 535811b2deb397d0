"""One's own password: asked for once more before what a stolen session must not do, and changed."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from botcore.accounts import sessions, tries
from botcore.audit import logins
from botcore.audit.services import record

WHAT = "password"  # is tried


def count_try(*, account_id: int, here: str) -> None:
    """Count a try in this login; raise TooMany after many."""
    tries.count(WHAT, account_id=account_id, here=here)


def is_right(*, account: User, password: str, here: str) -> bool:
    """Tell whether it is the account's; a try is counted before it is looked at. Raise TooMany after many."""
    count_try(account_id=account.pk, here=here)
    if not account.check_password(password):
        return False
    tries.forget(WHAT, account_id=account.pk, here=here)
    return True


def wrong() -> str:
    """Say that a password is not right."""
    return _("This is not your password.")


@transaction.atomic
def change(*, account: User, password: str, session_key: str, here: str, by: str) -> None:
    """Give the account a password that was checked; its other sessions end, and who was about to log in begins anew."""
    account.set_password(password)
    account.save(update_fields=["password"])
    tries.forget(WHAT, account_id=account.pk, here=here)
    sessions.end_silently(account_id=account.pk, session_key=session_key)
    record("account.password", logins.account(account.get_username()), by=by)
