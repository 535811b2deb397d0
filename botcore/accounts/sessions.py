"""Where an account is logged in: noted at the login, kept true about once a minute, ended one by one or all at once.

Whoever ends a session elsewhere also lets remembered browsers be asked for a code again, and makes codes for `/link`
and links from the bot void: that session may be a thief's, who has made them to come back.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import override

from botcore.access import codes
from botcore.access.models import Purpose
from botcore.accounts import browsers
from botcore.accounts.models import BROWSER_LENGTH, IP_LENGTH, AccountSession
from botcore.audit import logins
from botcore.audit.chain import address
from botcore.audit.services import record
from botcore.validators import storable

MOST = 100  # that a page shows


@dataclass(frozen=True)
class Place:
    """Somewhere an account is logged in; `mine` is where one looks from."""

    pk: int
    browser: str
    ip: str
    since: datetime
    seen: datetime
    mine: bool


def note(*, session_key: str, account_id: int, since: datetime, ip: str, browser: str) -> None:
    """Say that the account was seen in this session just now; a session that is gone stays gone."""
    facts = {"account_id": account_id, "seen_at": timezone.now(), "ip": (address(ip) or "")[:IP_LENGTH]}
    facts |= {"created_at": since, "browser": storable(browser)[:BROWSER_LENGTH]}
    is_known = AccountSession.objects.filter(session_id=session_key).update(**facts)
    if not is_known and Session.objects.filter(pk=session_key).exists():
        AccountSession.objects.update_or_create(session_id=session_key, defaults=facts)


def listed(account_id: int, session_key: str = "") -> list[Place]:
    """Return where an account is logged in, here first, then the one that was seen last."""
    rows = _in_time().filter(account_id=account_id).order_by("-seen_at", "-pk")[:MOST]
    found = [_place(row, session_key) for row in rows if _fits(row)]
    return sorted(found, key=lambda place: not place.mine)


@transaction.atomic
def end(*, account_id: int, pk: int, by: str) -> bool:
    """Log the account out there; return False when it has no such session."""
    row = AccountSession.objects.filter(account_id=account_id, pk=pk).select_related("account").first()
    if row is None:
        return False
    Session.objects.filter(pk=row.session_id).delete()
    _close_ways_back(account_id)
    with override("en"):  # as the audit is kept
        before = {"browser": browser_name(row.browser), "ip": row.ip, "since": row.created_at}
    record("account.session_end", logins.account(row.account.get_username()), before=before, by=by)
    return True


@transaction.atomic
def end_others(*, account_id: int, username: str, session_key: str, by: str) -> int:
    """Log the account out everywhere but in this session; return in how many places that was."""
    if count := end_silently(account_id=account_id, session_key=session_key):
        record("account.sessions_end", logins.account(username), before={"sessions": count}, by=by)
    return count


def end_silently(*, account_id: int, session_key: str = "") -> int:
    """Do the same for a change that has its own entry."""
    rows = AccountSession.objects.filter(account_id=account_id).exclude(session_id=session_key)
    count = sum(map(_fits, _in_time() & rows))
    Session.objects.filter(pk__in=list(rows.values_list("session_id", flat=True))).delete()
    _close_ways_back(account_id)
    return count


def count_by_account() -> dict[int, int]:
    """Return in how many places each account is logged in."""
    return Counter(row.account_id for row in _in_time() if _fits(row))


SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
           "Macintosh": "macOS", "Linux": "Linux"}  # fmt: skip
# Most name others, too: the first that fits is the one.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "YaBrowser/": "Yandex Browser", "Firefox/": "Firefox", "FxiOS/": "Firefox",
            "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari"}  # fmt: skip


def browser_name(said: str) -> str:
    """Return what a browser's line means to people, such as "Firefox on Linux"."""
    browser = next((name for mark, name in BROWSERS.items() if mark in said), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in said), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or said.partition("/")[0][:40]


def _close_ways_back(account_id: int) -> None:
    """Let nothing that was made in an ended session let anybody in again."""
    browsers.forget(account_id)
    for purpose in (Purpose.LINK, Purpose.LOGIN):
        codes.void(account_id=account_id, purpose=purpose)


def _in_time() -> QuerySet[AccountSession]:
    """Return those that neither age nor idleness has ended; they are deleted only when somebody comes with them."""
    now = timezone.now()
    rows = AccountSession.objects.select_related("session", "account").filter(session__expire_date__gt=now)
    idle, most = timedelta(minutes=settings.SESSION_IDLE_MINUTES), timedelta(days=settings.SESSION_DAYS)
    return rows.filter(seen_at__gt=now - idle, created_at__gt=now - most)


def _fits(row: AccountSession) -> bool:
    """Tell whether the session knows the account's password of now: one that was changed elsewhere has ended it."""
    proof = row.session.get_decoded().get(HASH_SESSION_KEY, "")
    return constant_time_compare(proof, row.account.get_session_auth_hash())


def _place(row: AccountSession, session_key: str) -> Place:
    mine = row.session_id == session_key
    return Place(row.pk, browser_name(row.browser), row.ip, row.created_at, row.seen_at, mine)
