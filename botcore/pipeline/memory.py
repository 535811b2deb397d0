"""What handlers remember, while an update is handled: dicts that are read from JSON and end as a few changes.

The shelf is shared by the updates of a claim; the changes are saved with the update's completion.
"""

import json
from typing import Any

from botcore.inbox.store import Pending
from botcore.persistence.services import Change, apply


def keys_of(pending: Pending) -> tuple[str | None, str | None, str | None]:
    """Return the keys of the person, of the chat and of the person in the chat; None where the update has none."""
    user, chat = pending.user_id, pending.chat_id
    return (
        f"user:{user}" if user else None,
        f"chat:{chat}" if chat else None,
        f"conversation:{chat}:{user}" if user and chat else None,
    )


class Shelf:
    """The JSON of all dicts that a claim may ask for, by key."""

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self.texts = texts or {}

    def read(self, key: str) -> dict[str, Any]:
        """Return a new copy of the dict; an empty one for a key without a row."""
        data: dict[str, Any] = json.loads(self.texts.get(key, "{}"))
        return data

    def apply(self, change: Change) -> None:
        """Show a change to the updates that follow."""
        self.texts[change.key] = json.dumps(apply(change, self.read(change.key)))


class Memory:
    """The dicts that one update's handler has opened. Each raises LookupError for an update without such an owner."""

    def __init__(self, shelf: Shelf, pending: Pending) -> None:
        self._shelf = shelf
        self._user, self._chat, self._conversation = keys_of(pending)
        self._opened: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}  # as it was, and as the handler has it

    @property
    def user(self) -> dict[str, Any]:
        """What is remembered of the person."""
        return self._open(self._user, "person")

    @property
    def chat(self) -> dict[str, Any]:
        """What is remembered of the chat."""
        return self._open(self._chat, "chat")

    @property
    def conversation(self) -> dict[str, Any]:
        """Where the person stands in this chat."""
        return self._open(self._conversation, "person in a chat")

    def _open(self, key: str | None, owner: str) -> dict[str, Any]:
        if key is None:
            raise LookupError(f"this update has no {owner} to remember something of")
        if key not in self._opened:
            self._opened[key] = self._shelf.read(key), self._shelf.read(key)
        return self._opened[key][1]

    def keep(self) -> tuple[Change, ...]:
        """Return what was changed, and show it to the updates that follow; raise TypeError for what is no JSON."""
        found = (_change(key, before, data) for key, (before, data) in self._opened.items())
        changes = tuple(change for change in found if change.put or change.removed)
        for change in changes:
            self._shelf.apply(change)
        return changes


def _change(key: str, before: dict[str, Any], data: dict[str, Any]) -> Change:
    """Compare with what the handler was given: what a neighbour in another chat changed meanwhile is not its doing."""
    put = {name: value for name, value in data.items() if _differs(key, name, value, before)}
    return Change(key, put, frozenset(before) - frozenset(data))


def _differs(key: str, name: object, value: object, before: dict[str, Any]) -> bool:
    """Compare as JSON does; the value must be JSON, its name a text."""
    if not isinstance(name, str):
        raise TypeError(f"{key}: {name!r} is no name for a remembered value; use a text")
    try:
        after = json.dumps(value, sort_keys=True, allow_nan=False)
        _check_names(value)  # JSON would make texts of numbers, and the next handler would not find them
    except (TypeError, ValueError, RecursionError) as exc:
        raise TypeError(f"{key}[{name!r}] cannot be remembered ({exc}); keep numbers, texts, lists and dicts") from exc
    return name not in before or after != json.dumps(before[name], sort_keys=True)


def _check_names(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise TypeError(f"{name!r} is no text, and names are texts")
            _check_names(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_names(inner)
