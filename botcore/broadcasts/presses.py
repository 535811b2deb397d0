"""The count of the people who pressed a button under a broadcast; links.py has what such a button carries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from botcore.broadcasts import links
from botcore.broadcasts.models import Broadcast, BroadcastButton, BroadcastPress
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.words import read_object

_VALUE = re.compile(r"([0-9]{1,18})\.([0-9]{1,3})", re.ASCII)


@dataclass(frozen=True)
class Pressed:
    """A button and how many people pressed it; None for one that opens an address: Telegram tells nothing of that."""

    text: str
    people: int | None


@transaction.atomic
def press(value: str, *, user_id: int) -> str | None:
    """Count a person for the button that a press names, once; return its answer, None when there is no such button.

    Only who got the broadcast counts: a test does not, nor does what somebody has made up.
    """
    found = _VALUE.fullmatch(value)
    row = Broadcast.objects.filter(pk=found[1]).first() if found else None
    if row is None or found is None:
        return None
    number, buttons = int(found[2]), links.buttons(read_object(row.payload))
    button = buttons[number] if number < len(buttons) else {}
    answer = links.answer_of(button)
    if answer is not None and _has_got(row, user_id):
        _count(row.amends_id or row.pk, button["text"], user_id)
    return answer


def pressed(pk: int, payload: Mapping[str, Any]) -> tuple[Pressed, ...]:
    """Return the buttons of a broadcast with their counts, also those that only an edit of its messages has."""
    known = dict(BroadcastButton.objects.filter(broadcast=pk).order_by("pk").values_list("text", "people"))
    own = [
        Pressed(one["text"], None if links.answer_of(one) is None else known.pop(one["text"], 0))
        for one in links.buttons(payload)
    ]
    return (*own, *(Pressed(text, people) for text, people in known.items()))


def _has_got(row: Broadcast, user_id: int) -> bool:
    key = f"{BROADCAST_KEYS}{row.pk}:{user_id}"
    return OutgoingMessage.objects.filter(bot_id=row.bot_id, key=key).exists()


def _count(broadcast: int, text: str, user_id: int) -> None:
    button, _ = BroadcastButton.objects.get_or_create(broadcast_id=broadcast, text=text)
    _press, is_new = BroadcastPress.objects.get_or_create(button=button, user_id=user_id)
    if is_new:
        BroadcastButton.objects.filter(pk=button.pk).update(people=F("people") + 1)
