"""The secret of a second factor that is being set up: it lies in the session that began it, for ten minutes.

No other session of the account sees it, so that nobody lets an app learn a secret that somebody else has made.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

BEGUN = "factor_begun"
PATIENCE = timedelta(minutes=10)


def keep(request: HttpRequest, secret: str) -> None:
    """Keep a new one, in place of an earlier one."""
    request.session[BEGUN] = {"secret": secret, "until": (timezone.now() + PATIENCE).timestamp()}


def kept(request: HttpRequest) -> str:
    """Return it; "" when none was begun in this session, or too long ago."""
    said: dict[str, str | float] | None = request.session.get(BEGUN)
    if said is None:
        return ""
    if float(said["until"]) < timezone.now().timestamp():
        drop(request)
        return ""
    return str(said["secret"])


def drop(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(BEGUN, None)
