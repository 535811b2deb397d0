"""A button's data beyond Telegram's 64 bytes: kept in a row behind a short random key, for its owner, for a while.

A button carries "name:value"; a value that begins with MARK is a key, so a short one that begins with it is kept, too.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.models import CallbackData
from botcore.people.models import ChatAlias

BYTES = 64  # core.telegram.org/bots/api#inlinekeyboardbutton
MARK = "~"
FORGOTTEN = 100  # expired rows that go with each new one


def keep(data: str, *, chat_id: int | None = None, user_id: int | None = None) -> str:
    """Return what the button carries: the data themselves when they fit, else the name and a key.

    The key works in this chat, with `user_id` for this person only.
    """
    name, colon, value = data.partition(":")
    if len(data.encode()) <= BYTES and not value.startswith(MARK):
        return data
    if chat_id is None and user_id is None:
        raise ValidationError("Data of a button that are too long need an owner: a chat or a person.")
    key = secrets.token_urlsafe(16)
    short = f"{name}:{MARK}{key}"
    if not colon or len(short.encode()) > BYTES:
        raise ValidationError(f"Data of a button begin with a handler's name and a colon; these are {data[:40]!r}….")
    _forget()
    CallbackData.objects.create(
        key=key,
        data=value,
        chat_id=chat_id if user_id is None else None,
        user_id=user_id,
        expires_at=timezone.now() + timedelta(days=settings.CALLBACK_DATA_DAYS),
    )
    return short


def look_up(value: str, *, chat_id: int | None, user_id: int | None) -> str | None:
    """Return the value that a pressed button means; None when it is expired or somebody else's."""
    if not value.startswith(MARK):
        return value
    owner = Q()
    if chat_id is not None:
        before = ChatAlias.objects.filter(new_id=chat_id).values("old_id")  # from before it became a supergroup
        owner |= Q(chat_id=chat_id) | Q(chat_id__in=before)
    if user_id is not None:
        owner |= Q(user_id=user_id)
    if not owner:
        return None
    found = CallbackData.objects.filter(owner, key=value.removeprefix(MARK)[:32], expires_at__gt=timezone.now())
    return found.values_list("data", flat=True).first()


def _forget() -> None:
    """Delete some rows that are expired; what another transaction is deleting is left to it."""
    expired = CallbackData.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
    keys = list(expired.values_list("key", flat=True)[:FORGOTTEN])
    if keys:
        CallbackData.objects.filter(
            pk__in=list(
                CallbackData.objects.select_for_update(skip_locked=True)
                .filter(pk__in=keys)
                .values_list("pk", flat=True)
            )
        ).delete()
