"""A dangerous action waits for its button: bound to a person, a chat, the action, its arguments and a minute.

Pressing uses it up; only another attempt at the very same press may use it once more.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.models import Confirmation
from botcore.exceptions import PermissionDenied, ValidationError
from botcore.validators import storable

LIFETIME = timedelta(seconds=60)
KEPT = timedelta(days=1)  # used and old ones, so that a late press is told why nothing happens
KEY_BYTES = 12


def ask(*, user_id: int, chat_id: int, action: str, arguments: Mapping[str, Any]) -> str:
    """Return the key that the button carries; `arguments` are what JSON can say."""
    now = timezone.now()
    Confirmation.objects.filter(expires_at__lt=now - KEPT).delete()
    key = secrets.token_urlsafe(KEY_BYTES)
    Confirmation.objects.create(
        key=key,
        user_id=user_id,
        chat_id=chat_id,
        action=action,
        arguments=json.dumps(arguments),
        expires_at=now + LIFETIME,
    )
    return key


def use(key: str, *, user_id: int | None, chat_id: int | None, action: str, update_pk: int) -> dict[str, Any]:
    """Return the arguments, once; raise for another's button, for one that is too old, and for one that was used."""
    row = Confirmation.objects.filter(key=storable(key)[:32], action=action).first()
    if row is None:
        raise ValidationError(_("This button is too old: give the command again."))
    if row.user_id != user_id or row.chat_id != chat_id:
        raise PermissionDenied(_("This button is for somebody else."))
    now = timezone.now()
    mine = Q(used_at=None, expires_at__gt=now) | Q(used_by=update_pk)
    if Confirmation.objects.filter(mine, key=row.key).update(used_at=now, used_by=update_pk):
        arguments: dict[str, Any] = json.loads(row.arguments)
        return arguments
    if row.used_at:
        raise ValidationError(_("That was decided already."))
    raise ValidationError(_("This button is too old: give the command again."))


def drop(key: str, *, user_id: int, chat_id: int) -> bool:
    """Use it up without doing anything; False when it was used, is too old or belongs to somebody else."""
    mine = Confirmation.objects.filter(key=storable(key)[:32], user_id=user_id, chat_id=chat_id, used_at=None)
    return bool(mine.update(used_at=timezone.now()))
