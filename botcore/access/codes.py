"""One-time codes: made for a staff account, shown once, good for one thing; the database has only their hashes.

Arguments that carry one are called `secret`, so that the page of an error hides them.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from botcore.access.models import OneTimeCode, Purpose

LIFETIMES = {
    Purpose.LINK: timedelta(minutes=10),
    Purpose.LOGIN: timedelta(minutes=2),
    Purpose.RECOVERY: timedelta(days=36_500),  # until it is used, or others are made
}
KEPT = timedelta(days=1)  # used and old ones
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that look like others
BLOCKS, BLOCK = 4, 4  # of a code that people may type: 80 bits
LOGIN_BYTES = 32


def make(*, account_id: int, purpose: Purpose) -> str:
    """Return a new code; earlier ones of this account for the same purpose are void."""
    (secret,) = make_several(1, account_id=account_id, purpose=purpose)
    return secret


@transaction.atomic
def make_several(count: int, *, account_id: int, purpose: Purpose) -> list[str]:
    """Return so many new ones, which are good side by side."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=account_id)  # two at once: the later ones are good
    now, secrets_ = timezone.now(), [_secret(purpose) for _ in range(count)]
    OneTimeCode.objects.filter(expires_at__lt=now - KEPT).delete()
    void(account_id=account_id, purpose=purpose)
    facts = {"account_id": account_id, "purpose": purpose, "created_at": now, "expires_at": now + LIFETIMES[purpose]}
    OneTimeCode.objects.bulk_create(OneTimeCode(digest=digest(secret), **facts) for secret in secrets_)
    return secrets_


def find(secret: str, purpose: Purpose) -> int:
    """Return the id of a good code's row, which may be kept until it is used; 0 for one that is not good."""
    return _good(purpose).filter(digest=digest(secret)).values_list("pk", flat=True).first() or 0


def account_of(code_id: int, purpose: Purpose) -> int | None:
    """Return the account that a good code is for, and leave the code as it is."""
    return _good(purpose).filter(pk=code_id).values_list("account_id", flat=True).first()


def use(code_id: int, purpose: Purpose) -> int | None:
    """Return the account that a good code is for, once: of two who come with it at the same time one gets None."""
    found = account_of(code_id, purpose)
    return found if found is not None and _good(purpose).filter(pk=code_id).update(used_at=timezone.now()) else None


def use_up(secret: str, purpose: Purpose, *, account_id: int) -> bool:
    """Use a code up that is this account's; another's stays as it is."""
    code_id = find(secret, purpose)
    return account_of(code_id, purpose) == account_id and use(code_id, purpose) is not None


def left(*, account_id: int, purpose: Purpose) -> int:
    """Return how many of an account's codes are good."""
    return _good(purpose).filter(account_id=account_id).count()


def void(*, account_id: int, purpose: Purpose) -> None:
    """Let the codes of an account be good for nothing."""
    OneTimeCode.objects.filter(account_id=account_id, purpose=purpose, used_at=None).update(used_at=timezone.now())


def digest(secret: str) -> str:
    """Return what the database keeps of a code; people type capitals and hyphens as they like."""
    return hashlib.sha256(_typed(secret).encode("utf-8", "surrogatepass")).hexdigest()


def _good(purpose: Purpose) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(purpose=purpose, used_at=None, expires_at__gt=timezone.now())


def _secret(purpose: Purpose) -> str:
    if purpose == Purpose.LOGIN:
        return secrets.token_urlsafe(LOGIN_BYTES)
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(BLOCK)) for _ in range(BLOCKS))


def _typed(secret: str) -> str:
    """Return a code that people type as it was made, and any other as it is."""
    plain = secret.upper().replace("-", "").replace(" ", "")
    return plain if len(plain) == BLOCKS * BLOCK and set(plain) <= set(LETTERS) else secret
