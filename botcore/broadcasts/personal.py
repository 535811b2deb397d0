"""What each person gets of a broadcast: their variables, the button in their language; one query for a batch."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from botcore.broadcasts import links, variables, wording
from botcore.broadcasts.models import Broadcast
from botcore.outbox.content import Copy, Text
from botcore.people.models import User
from botcore.people.services import spoken

Values = Mapping[str, str]


def payloads(row: Broadcast, people: Iterable[int], said: Mapping[str, Any] | None = None) -> dict[int, str]:
    """Return each one's payload, of the broadcast or of what else is said; nobody is looked up for what is the same."""
    parameters = links.carried(json.loads(row.payload) if said is None else said, row.pk)
    if not row.has_stop and not wording.varies(parameters):
        return dict.fromkeys(people, json.dumps(parameters, separators=(",", ":")))
    known = values_of(people)
    return {person: _payload(row, parameters, known.get(person, variables.NOBODY)) for person in people}


def _payload(row: Broadcast, parameters: Mapping[str, Any], values: Values) -> str:
    own = wording.filled(parameters, values)
    if row.has_stop:
        rows = own.get(links.MARKUP, {}).get("inline_keyboard", [])
        own[links.MARKUP] = {"inline_keyboard": [*rows, [_stop(row.amends_id or row.pk, values.get("language", ""))]]}
    return json.dumps(own, separators=(",", ":"))


def _stop(pk: int, language: str) -> dict[str, str]:
    with translation.override(spoken(language)):
        return {"text": gettext("No more of these messages"), "callback_data": f"broadcast_stop:{pk}"}


def for_person(content: Text | Copy, person: int) -> Text | Copy:
    """Return what this person would get; refuse variables that do not exist. A copy is the same for all."""
    if isinstance(content, Copy):
        return content
    variables.check(content.text)
    values = values_of([person]).get(person, variables.NOBODY)
    return replace(content, text=variables.filled(content.text, values, content.parse_mode))


def values_of(people: Iterable[int]) -> dict[int, Values]:
    """Return the variables' values of these people; the language is the one they chose here, else Telegram's."""
    names = ("pk", "first_name", "last_name", "username", "language", "telegram_language")
    return {
        pk: {"first_name": first, "last_name": last, "username": username, "language": chosen or told}
        for pk, first, last, username, chosen, told in User.objects.filter(pk__in=list(people)).values_list(*names)
    }
