"""Browsers that are asked for no code for 30 days, since it was given there: each has a secret, a row has its hash.

The account's password and the app's secret are part of the hash: where one of them has changed, however that was done,
nothing fits any more.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.accounts.models import KnownBrowser

KEPT = timedelta(days=30)
BYTES = 32


def remember(*, account: User) -> str:
    """Return the secret for a browser's cookie."""
    secret, now = secrets.token_urlsafe(BYTES), timezone.now()
    KnownBrowser.objects.filter(until__lte=now).delete()
    KnownBrowser.objects.create(account=account, digest=_digest(account, secret), at=now, until=now + KEPT)
    return secret


def is_known(*, account: User, secret: str) -> bool:
    """Tell whether the browser that has come with this secret is one of the account's."""
    good = KnownBrowser.objects.filter(account=account, until__gt=timezone.now())
    return bool(secret) and good.filter(digest=_digest(account, secret)).exists()


def count(account_id: int) -> int:
    """Return how many there are of an account."""
    return KnownBrowser.objects.filter(account_id=account_id, until__gt=timezone.now()).count()


def forget(account_id: int) -> None:
    """Ask in every browser again."""
    KnownBrowser.objects.filter(account_id=account_id).delete()


def _digest(account: User, secret: str) -> str:
    devices = TOTPDevice.objects.filter(user=account, confirmed=True)
    parts = [secret, account.get_session_auth_hash(), *devices.values_list("key", flat=True)]
    return hashlib.sha256(" ".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
