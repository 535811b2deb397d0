"""Entries of logins: who came and went, and who was refused. A flood of refusals must not become one of entries.

Rows of the audit stay for ever and are written one at a time, so guessing passwords must not make many of them.
"""

from datetime import timedelta

from django.utils import timezone

from botcore.audit import actor
from botcore.audit.chain import address
from botcore.audit.models import AuditEntry
from botcore.audit.services import record
from botcore.logs import shortened

FAILED = "account.login_failed"
NAME_LENGTH = 60
SAME = timedelta(minutes=10)  # one entry for a name and an address in this time, as long as a lockout lasts
HOUR, MOST = timedelta(hours=1), 20  # entries of all names together in an hour
FULL = {"note": f"{MOST} within an hour: further ones are only counted, in botdeck_login_failures_total"}


def logged_in(username: str, *, how: str = "") -> None:
    """Write that an account was logged in to; `how` is empty for a password."""
    record("account.login", account(username), after={"how": how} if how else None, by=username)


def logged_out(username: str) -> None:
    """Write that somebody has logged out."""
    record("account.logout", account(username), by=username)


def failed(typed: str) -> None:
    """Write that a login was refused, unless the same was written lately, or many were; the metric counts them all.

    It looks before it takes the audit's lock: what comes at once may write a few more.
    """
    target, now = account(shortened(typed, NAME_LENGTH)), timezone.now()
    lately = [row for row in AuditEntry.objects.filter(action=FAILED).order_by("-pk")[:MOST] if row.at > now - HOUR]
    ip = address(actor.current().ip)
    is_told = any((row.target, address(row.ip)) == (target, ip) and row.at > now - SAME for row in lately)
    if not is_told and len(lately) < MOST:
        record(FAILED, target, after=FULL if len(lately) == MOST - 1 else None)


def account(username: str) -> str:
    """Return the target that means an account."""
    return f"account:{username}"
