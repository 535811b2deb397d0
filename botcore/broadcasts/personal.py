"""What each person gets of a broadcast: its payload with their variables filled in, for a whole batch in one query."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from botcore.broadcasts import variables
from botcore.outbox.content import Copy, Text
from botcore.people.models import User

Values = Mapping[str, str]


def payloads(payload: str, people: Iterable[int]) -> dict[int, str]:
    """Return each one's payload; without variables all get the same text, and nobody is looked up."""
    parameters: dict[str, Any] = json.loads(payload)
    text, mode = parameters.get("text", ""), parameters.get("parse_mode", "")
    if not variables.has_any(text):
        return dict.fromkeys(people, payload)
    known = values_of(people)
    return {
        person: json.dumps(
            {**parameters, "text": variables.filled(text, known.get(person, variables.NOBODY), mode)},
            separators=(",", ":"),
        )
        for person in people
    }


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
