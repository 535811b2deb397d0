"""One-time codes: made for a staff account, shown once, good for one thing; the database has only their hashes.

Arguments that carry one are called `secret`, so that the page of an error hides them.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from botcore.access.models import OneTimeCode, Purpose

LIFETIMES = {Purpose.LINK: timedelta(minutes=10), Purpose.LOGIN: timedelta(minutes=2)}
KEPT = timedelta(days=1)  # used and old ones
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look like others
BLOCKS, BLOCK = 4, 4  # of a code that people may type: 80 bits
LOGIN_BYTES = 32


@transaction.atomic
def make(*, account_id: int, purpose: Purpose) -> str:
    """Return a new code; earlier ones of this account for the same purpose are void."""
    get_user_model().objects.select_for_update().get(pk=account_id)  # two at once: the later one is good
    now, secret = timezone.now(), _secret(purpose)
    OneTimeCode.objects.filter(expires_at__lt=now - KEPT).delete()
    void(account_id=account_id, purpose=purpose)
    OneTimeCode.objects.create(
        digest=digest(secret),
        purpose=purpose,
        account_id=account_id,
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    return secret


def account_of(secret: str, purpose: Purpose) -> int | None:
    """Return the account that a good code is for, and leave the code as it is."""
    good = OneTimeCode.objects.filter(digest=digest(secret), used_at=None, expires_at__gt=timezone.now())
    return good.filter(purpose=purpose).values_list("account_id", flat=True).first()


def use(secret: str, purpose: Purpose) -> int | None:
    """Return the account that a good code is for, once: of two who come with it at the same time one gets None."""
    now, found = timezone.now(), account_of(secret, purpose)
    good = OneTimeCode.objects.filter(digest=digest(secret), used_at=None, expires_at__gt=now)
    return found if found is not None and good.update(used_at=now) else None


def void(*, account_id: int, purpose: Purpose) -> None:
    """Let the codes of an account be good for nothing."""
    OneTimeCode.objects.filter(account_id=account_id, purpose=purpose, used_at=None).update(used_at=timezone.now())


def digest(secret: str) -> str:
    """Return what the database keeps of a code; people type capitals and hyphens as they like."""
    return hashlib.sha256(_typed(secret).encode("utf-8", "surrogatepass")).hexdigest()


def _secret(purpose: Purpose) -> str:
    if purpose == Purpose.LOGIN:
        return secrets.token_urlsafe(LOGIN_BYTES)
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(BLOCK)) for _ in range(BLOCKS))


def _typed(secret: str) -> str:
    """Return a code that people type as it was made, and any other as it is."""
    plain = secret.upper().replace("-", "")
    return plain if len(plain) == BLOCKS * BLOCK and set(plain) <= set(LETTERS) else secret
