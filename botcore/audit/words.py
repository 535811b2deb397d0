"""Words that an operator types → entries of the audit: what each means is told by its form, or by what there is."""

import re
from typing import Any

from botcore.audit.models import AuditEntry, Channel
from botcore.audit.selection import AuditSelection
from botcore.audit.selectors import Entry, entries
from botcore.paging import Page, Place
from botcore.validators import storable

ACTION = re.compile(r"[a-z_]{2,40}\.[a-z_]{2,40}\.?")
ROOM = re.compile(r"[a-z_]{2,40}")
TARGET = re.compile(r"[a-z_]{2,40}:\S+")


def named(words: str, *, cursor: str = "", size: int) -> Page[Entry]:
    """List the entries that all words fit; what is no action, target or way is who did it."""
    return entries(AuditSelection(**meant(words)), place=Place(cursor), size=size)


def meant(words: str) -> dict[str, Any]:
    """Return which part of an entry each word is about; of two for the same part the last counts."""
    found: dict[str, str] = {}
    who: list[str] = []
    for word in storable(words).split():
        part = _part(word)
        if part:
            found[part] = word.rstrip(".")
        else:
            who.append(word)
    return {**found, "actor": " ".join(who)} if who else found


def _part(word: str) -> str:
    """Return "action", "target" or "channel"; "" for a name."""
    if word in Channel.values:
        return "channel"
    if TARGET.fullmatch(word):
        return "target"
    if ACTION.fullmatch(word):
        return "action"
    is_room = ROOM.fullmatch(word) and AuditEntry.objects.filter(action__startswith=f"{word}.").exists()
    return "action" if is_room else ""
