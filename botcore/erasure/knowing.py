"""What a person is known by right now, gathered when they are to be forgotten: later their rows are gone."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.crypto import salted_hmac

from botcore.erasure.marks import Marks
from botcore.errors.models import ErrorEvent, ErrorPerson
from botcore.inbox.models import Update
from botcore.people.models import EarlierName, User

SAID_LENGTH, SAID_LEAST = 200, 10  # characters of an error's first line
EVENTS = 1_000  # occurrences that are looked at
NAMES = 50  # changes of a name: each row of each table is searched for all of them
WORD = re.compile(r"\w{5,}")
TEXTS = {"text", "caption", "data", "query"}  # in what a person sends


def digest(user_id: int) -> str:
    """Return what an erasure is known by afterwards: nobody without the secret key can try all ids."""
    return salted_hmac("botcore.erasure", str(user_id), algorithm="sha256").hexdigest()


def marks_of(user_id: int) -> Marks:
    """Return the person's marks; of somebody whom the bot has not met only the id."""
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        return Marks(user_id)
    name = f"{person.first_name} {person.last_name}".strip()
    marks = Marks(user_id, person.username, name, earlier=tuple(_earlier(user_id)))
    return replace(marks, said=tuple(_said(marks)))


def _earlier(user_id: int) -> Iterator[str]:
    """Yield what the person was called last before: usernames and full names that are theirs alone, as Marks.names."""
    for row in EarlierName.objects.filter(user_id=user_id).order_by("-replaced_at", "-pk")[:NAMES]:
        yield from Marks(user_id, row.username, f"{row.first_name} {row.last_name}".strip()).names


def _said(marks: Marks) -> list[str]:
    """Return first lines of errors that quote what the person wrote: titles of groups and alerts begin with them."""
    prints = ErrorPerson.objects.filter(user_id=marks.id).values("fingerprint")
    theirs = ErrorEvent.objects.filter(fingerprint__in=prints, user_id=marks.id)
    lines: dict[str, None] = {}
    for message, update_pk in theirs.order_by("-pk").values_list("message", "update_pk")[:EVENTS]:
        line = message.strip().partition("\n")[0][:SAID_LENGTH]
        if len(line) >= SAID_LEAST and line not in lines and _is_quote(line, update_pk, marks):
            lines[line] = None
    return list(lines)


def _is_quote(line: str, update_pk: int | None, marks: Marks) -> bool:
    """Tell whether an error's line has a word of the person, or of the update that it came from."""
    if marks.is_in(line):
        return True
    raw = Update.objects.filter(pk=update_pk or 0).values_list("raw", flat=True).first()
    try:
        words = {word for text in _texts(json.loads(raw or "{}")) for word in WORD.findall(text)}
    except (ValueError, RecursionError):
        return False
    return not words.isdisjoint(WORD.findall(line))


def _texts(value: Any, name: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in _texts(one, key)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one, name)]
    return [value] if isinstance(value, str) and name in TEXTS else []
