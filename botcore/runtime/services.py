"""Writes of the runtime: who has a duty, who the bot is, and the webhook that all processes of a bot share."""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from botcore import sql
from botcore.logs import keep_secret
from botcore.runtime.models import BotFacts, Lease, UploadedFile, Webhook

CHANNEL = "botdeck_duty"  # of NOTIFY: a duty became free; the payload is its name
FILES = 10_000  # kept for each bot
FILE_ID_LENGTH = 300
USED_EXACTNESS = timedelta(days=1)
CLOCK_JUMP = 3  # a lease that seems to last longer than three times its length met a clock that was set back


def poller_of(bot_id: int) -> str:
    """Return the name of the duty to poll for a bot."""
    return f"poller:{bot_id}"


def take_duty(name: str, owner: str, *, seconds: float) -> bool:
    """Take or prolong the duty; return False while somebody else has it. Times are the database's."""
    length = timedelta(seconds=seconds)
    free = Q(owner__in=["", owner]) | Q(until__lt=Now()) | Q(until__gt=Now() + CLOCK_JUMP * length)
    mine: dict[str, Any] = {"owner": owner, "until": Now() + length}
    if Lease.objects.filter(free, name=name).update(**mine):
        return True
    if not Lease.objects.filter(name=name).exists():
        Lease.objects.bulk_create([Lease(name=name, until=Now())], ignore_conflicts=True)
        return bool(Lease.objects.filter(free, name=name).update(**mine))
    return False


@transaction.atomic
def give_up_duties(owner: str, name: str = "") -> None:
    """Free the duty, or all that a process has; those who stand by hear of it at once."""
    held = Lease.objects.filter(owner=owner, **({"name": name} if name else {}))
    for duty in held.values_list("name", flat=True):
        sql.notify(CHANNEL, duty)
    held.update(owner="", until=Now())


def keep_bot_facts(token_number: int, facts: Mapping[str, Any]) -> None:
    """Keep what getMe answered; a write only when it is new."""
    text = json.dumps(facts, sort_keys=True)
    if not BotFacts.objects.filter(token_number=token_number, facts=text).exists():
        BotFacts.objects.update_or_create(token_number=token_number, defaults={"facts": text, "at": timezone.now()})


def webhook_of(bot_id: int, *, secret: str = "") -> Webhook:
    """Return the bot's row, made with a new secret the first time; a secret that is given replaces the kept one."""
    row, _ = Webhook.objects.get_or_create(bot_id=bot_id, defaults={"secret": secret or secrets.token_urlsafe(32)})
    if secret and row.secret != secret:
        row.secret = secret
        row.save(update_fields=["secret"])
    keep_secret(row.secret)
    return row


def note_webhook(bot_id: int, **facts: Any) -> None:
    """Keep what was told to Telegram, or what Telegram said, about the webhook."""
    Webhook.objects.filter(bot_id=bot_id).update(**facts)


def use_file(bot_id: int, sha256: str, kind: str) -> str:
    """Return the file_id of a content that was sent before, and note its use; "" for a new one."""
    row = UploadedFile.objects.filter(bot_id=bot_id, sha256=sha256, kind=kind).first()
    if row is None:
        return ""
    now = timezone.now()
    if now - row.used_at >= USED_EXACTNESS:
        UploadedFile.objects.filter(pk=row.pk).update(used_at=now)
    return row.file_id


def keep_file(bot_id: int, sha256: str, kind: str, file_id: str) -> None:
    """Keep a file_id in the place of an older one, "" for none; those not used for longest make room."""
    if not file_id or len(file_id) > FILE_ID_LENGTH:
        UploadedFile.objects.filter(bot_id=bot_id, sha256=sha256, kind=kind).delete()
        return
    facts = {"file_id": file_id, "used_at": timezone.now()}
    UploadedFile.objects.update_or_create(bot_id=bot_id, sha256=sha256, kind=kind, defaults=facts)
    newest = UploadedFile.objects.filter(bot_id=bot_id).order_by("-used_at", "-pk")
    if surplus := list(newest.values_list("pk", flat=True)[FILES : FILES + 100]):
        UploadedFile.objects.filter(pk__in=surplus).delete()
