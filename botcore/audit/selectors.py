"""Reading the audit: entries newest first, by what, by whom, on whom and where; each with what it changed."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from botcore.audit.models import AuditEntry
from botcore.paging import SIZE, Keyset, Page
from botcore.texts.visible import visible

WINDOW = 50_000  # entries that one page looks through where no index helps
LENGTH = 300  # characters of a value
ACCOUNT = re.compile(r"[0-9]{1,18}")  # Telegram's ids have 52 bits at most


@dataclass(frozen=True)
class Change:
    """One thing before and after, in words; empty is nothing, and empty on both sides never."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change that somebody made; `channel` in words, `actor` empty for somebody who was not logged in."""

    id: int
    at: datetime
    channel: str
    actor: str
    action: str
    target: str
    changes: list[Change]
    ip: str
    request_id: str


def entries(
    *, action: str = "", actor: str = "", target: str = "", channel: str = "", cursor: str = "", size: int = SIZE
) -> Page[Entry]:
    """List entries, newest first. Words are whole ones; an action without a dot is a room: `errors` means all of it.

    An actor that is a number is a Telegram account, whatever its name was then.
    """
    found = AuditEntry.objects.all()
    if action:
        found = found.filter(action=action) if "." in action else found.filter(action__startswith=f"{action}.")
    who = "actor_id" if ACCOUNT.fullmatch(actor) else "actor"
    exact = {who: actor, "target": target, "channel": channel}
    found = found.filter(**{name: word for name, word in exact.items() if word})
    is_indexed = bool(actor or target or "." in action) or not (action or channel)
    return Keyset(found, size=size, window=0 if is_indexed else WINDOW).page(cursor).map(_entries)


def _entries(rows: list[AuditEntry]) -> list[Entry]:
    return [
        Entry(
            id=row.pk,
            at=row.at,
            channel=row.get_channel_display(),
            actor=visible(row.actor),
            action=row.action,
            target=visible(row.target),
            changes=_changes(row.before, row.after),
            ip=row.ip or "",
            request_id=row.request_id,
        )
        for row in rows
    ]


def _changes(before: str, after: str) -> list[Change]:
    """Return what differs, by name."""
    old, new = _read(before), _read(after)
    pairs = [Change(name, _words(old.get(name)), _words(new.get(name))) for name in sorted({*old, *new})]
    return [pair for pair in pairs if pair.before != pair.after]


def _read(text: str) -> dict[str, object]:
    """Return a column as a mapping, whatever is in it: a secret that was hidden may have cost it its form."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = text
    return found if isinstance(found, dict) else {"": found}


def _words(value: object) -> str:
    """Return a value in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        text = ", ".join(_words(one) for one in value)
    elif isinstance(value, dict):
        text = ", ".join(f"{name} {_words(one)}" for name, one in value.items())
    else:
        text = str(value)
    return visible(text, LENGTH)
