"""What owners do for accounts of others."""

from django.contrib.auth.models import User
from django.db import transaction

from botcore.accounts import factor, sessions


@transaction.atomic
def reset_factor(*, account_id: int, by: str) -> bool:
    """Take the second factor away and log the account out everywhere; return False when it had none."""
    if not factor.reset(account_id=account_id, by=by):
        return False
    sessions.end_silently(account_id=account_id)
    return True


def log_out(*, account_id: int, by: str) -> int:
    """Log an account out everywhere; return in how many places that was."""
    username = User.objects.get(pk=account_id).get_username()
    return sessions.end_others(account_id=account_id, username=username, session_key="", by=by)
