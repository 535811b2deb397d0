"""A button's data beyond Telegram's 64 bytes: kept in a row behind a short random key, for its owner, for a while.

A button carries "name:value"; a value that begins with MARK is a key, so a short one that begins with it is kept, too.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.models import CallbackData
from botcore.people.models import ChatAlias
from botcore.runtime import settings as runtime


class NotYoursError(ValidationError):
    """Somebody presses a button that is another's."""


BYTES = 64  # core.telegram.org/bots/api#inlinekeyboardbutton
MARK = "~"
KEY = re.compile(r'"callback_data":\s*"[^"]*:~([\w-]+)"', re.ASCII)  # as a button carries it, in JSON


def keep(data: str, *, chat_id: int | None = None, user_id: int | None = None, due_at: datetime | None = None) -> str:
    """Return what the button carries: the data themselves when they fit, else the name and a key.

    The key works in this chat; with `user_id`, which always makes a key, for this person only. `due_at` is when the
    button is shown, None at once.
    """
    name, colon, value = data.partition(":")
    if user_id is None and len(data.encode()) <= BYTES and not value.startswith(MARK):
        return data
    if chat_id is None and user_id is None:
        raise ValidationError("Data of a button that are too long need an owner: a chat or a person.")
    key = secrets.token_urlsafe(16)
    short = f"{name}:{MARK}{key}"
    if not colon or len(short.encode()) > BYTES:
        raise ValidationError(f"Data of a button begin with a handler's name and a colon; these are {data[:40]!r}….")
    CallbackData.objects.create(
        key=key,
        data=value,
        chat_id=chat_id if user_id is None else None,
        user_id=user_id,
        expires_at=_end(due_at),
    )
    return short


def prolong(payload: str) -> None:
    """Let the keys in a message's parameters, a JSON text, live as long as those of a new message."""
    if keys := KEY.findall(payload):
        end = _end(None)
        CallbackData.objects.filter(key__in=keys, expires_at__lt=end).update(expires_at=end)


def look_up(value: str, *, chat_id: int | None, user_id: int | None) -> str | None:
    """Return the value that a pressed button means; None when it is expired; raise NotYoursError for another's."""
    if not value.startswith(MARK):
        return value
    row = CallbackData.objects.filter(key=value.removeprefix(MARK)[:32], expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    if not (row.user_id == user_id if row.chat_id is None else _is_chat(row.chat_id, chat_id)):
        raise NotYoursError("This button is for somebody else.")
    return row.data


def _end(due_at: datetime | None) -> datetime:
    now = timezone.now()
    return max(due_at or now, now) + timedelta(days=runtime.value("buttons.days"))


def _is_chat(owner: int, chat_id: int | None) -> bool:
    """Tell whether it is the owner's chat, or the supergroup that this became."""
    if owner == chat_id or chat_id is None:
        return owner == chat_id
    return ChatAlias.objects.filter(old_id=owner, new_id=chat_id).exists()
