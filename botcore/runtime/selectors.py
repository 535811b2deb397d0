"""Reading the runtime: which bot's webhook a secret opens, and who a bot is."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import constant_time_compare

from botcore.logs import keep_secret
from botcore.runtime.models import BotFacts, Webhook


@dataclass(frozen=True)
class Door:
    """A bot whose deliveries carry this secret."""

    bot_id: int
    secret: str = field(repr=False)


def bot_with_secret(secret: str) -> Door | None:
    """Return the bot of the secret, compared in constant time with every one there is; None for a wrong one."""
    doors = [Door(*row) for row in Webhook.objects.values_list("bot_id", "secret")]
    for door in doors:
        keep_secret(door.secret)
    return next((door for door in doors if constant_time_compare(secret, door.secret)), None)


def bot_facts(token_number: int) -> dict[str, Any]:
    """Return what getMe last answered for the bot; {} when it never did."""
    text = BotFacts.objects.filter(token_number=token_number).values_list("facts", flat=True).first()
    facts: dict[str, Any] = json.loads(text or "{}")
    return facts
