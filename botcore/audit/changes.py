"""What an entry of the audit changed, in words: selectors.py lists it, pages and chats show it."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from botcore.audit.models import AuditEntry
from botcore.exceptions import ValidationError
from botcore.runtime.setting_table import SETTINGS
from botcore.texts.visible import visible

LENGTH = 300  # characters of a value
CHATS = re.compile(r"(?:person|chat):(-?\d{1,18})", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*[+-]\d\d:\d\d")  # as json.dumps and isoformat() leave it
PERSON = "person"  # the name of a value that is a person's id
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing before and after, in words; empty is nothing, and empty on both sides never. A time also as such."""

    name: str
    before: str
    after: str
    before_at: datetime | None = None
    after_at: datetime | None = None


def changes(row: AuditEntry, names: Mapping[int, str]) -> list[Change]:
    """Return what differs, by name; `names` of people stand beside their ids."""
    old, new = _read(row.before), _read(row.after)
    found = [_change(row.target, name, _given(old, name, new), _given(new, name, old)) for name in sorted({*old, *new})]
    named = [_named(change, names) if change.name == PERSON else change for change in found]
    return [change for change in named if change.before != change.after]


def target_id(target: str) -> int:
    """Return whose id a target has; 0 for what is neither a person nor a chat."""
    found = CHATS.fullmatch(target)
    return int(found[1]) if found else 0


def mentioned(row: AuditEntry) -> set[int]:
    """Return the ids of people and chats that the entry is about."""
    values = [_read(text).get(PERSON) for text in (row.before, row.after)]
    return {target_id(row.target), *(value for value in values if isinstance(value, int))} - {0}


def _read(text: str) -> Facts:
    """Return a column as a mapping, whatever is in it: a secret that was hidden may have cost it its form."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = text
    return found if isinstance(found, dict) else {"": found}


def _given(facts: Facts, name: str, other: Facts) -> Any:
    """Return a value; a `False` that the other side does not know says nothing, a ban without an end does."""
    value = facts.get(name)
    if value is False and name not in other:
        return None
    return "lifted" if name == "until" and value is None and {"until", "reason"} <= facts.keys() else value


def _change(target: str, name: str, before: Any, after: Any) -> Change:
    if name == "value" and target.startswith("setting:"):
        return Change(name, _set(target, before), _set(target, after))
    return Change(name, _words(before), _words(after), _moment(before), _moment(after))


def _set(target: str, value: Any) -> str:
    """Return a setting's value as its page says it; one that may not be set any more as it is."""
    setting = SETTINGS.get(target.removeprefix("setting:"))
    with suppress(ValidationError):
        if setting and value is not None:
            return visible(setting.in_words(setting.restored(value)), LENGTH)
    return _words(value)


def _named(change: Change, names: Mapping[int, str]) -> Change:
    before, after = (_with_name(text, names) for text in (change.before, change.after))
    return Change(change.name, before, after)


def _with_name(text: str, names: Mapping[int, str]) -> str:
    name = names.get(int(text), "") if text.isdecimal() else ""
    return f"{name} ({text})" if name else text


def _moment(value: Any) -> datetime | None:
    """Return the time that a value says."""
    try:
        return parse_datetime(value) if isinstance(value, str) and MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def _words(value: Any) -> str:
    """Return a value in words; empty for what is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        text = ", ".join(filter(None, map(_words, value)))
    elif isinstance(value, dict):
        text = ", ".join(f"{name} {said}" for name, one in value.items() if (said := _words(one)))
    else:
        moment = _moment(value)
        text = f"{moment:%Y-%m-%d %H:%M} UTC" if moment else str(value)
    return visible(text, LENGTH)
