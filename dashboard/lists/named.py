"""Whom an operator means by @name, a link or an id in a filter; who is not known fits nothing."""

from botcore.people import selectors as people
from botcore.validators import chat_reference, person_reference

NOBODY = -(2**62)  # no chat and no person has this id


def sender(typed: str) -> int:
    """Return a person's id."""
    meant = person_reference(typed)
    found = people.find(None, meant.username) if meant.username else None
    return found.id if found else meant.id or NOBODY


def chats(typed: str) -> tuple[int, ...]:
    """Return all ids of a chat, from before it moved, too."""
    meant = chat_reference(typed)
    if meant.id is not None:
        return tuple(people.ids_of(meant.id))
    known = people.chat_named(meant.username) or getattr(people.find(None, meant.username), "id", NOBODY)
    return tuple(people.ids_of(known)) if known else (NOBODY,)
