"""Reading the audit: entries newest first, by what, by whom, on whom and where; each with what it changed."""

import re
from dataclasses import dataclass
from datetime import datetime

from botcore.audit.changes import Change, changes, mentioned, target_id
from botcore.audit.models import AuditEntry
from botcore.paging import SIZE, Keyset, Page
from botcore.people import selectors as people
from botcore.texts.visible import visible

WINDOW = 50_000  # entries that one page looks through where no index helps
NAMELESS = re.compile(r"\((Telegram \d+)\)")
ACCOUNT = re.compile(r"[0-9]{1,18}")  # Telegram's ids have 52 bits at most


@dataclass(frozen=True)
class Entry:
    """One change that somebody made; `channel` in words, `actor` empty for somebody who was not logged in.

    `who` is the actor for people's eyes, `about` the name of the person or group that the target is, as far as known.
    """

    id: int
    at: datetime
    channel: str
    actor: str
    who: str
    action: str
    target: str
    about: str
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
    ids = {number for row in rows for number in mentioned(row)}
    names = people.chat_titles(ids) | people.names(ids)
    return [
        Entry(
            id=row.pk,
            at=row.at,
            channel=row.get_channel_display(),
            actor=visible(row.actor),
            who=_who(visible(row.actor)),
            action=row.action,
            target=visible(row.target),
            about=names.get(target_id(row.target), ""),
            changes=changes(row, names),
            ip=row.ip or "",
            request_id=row.request_id,
        )
        for row in rows
    ]


def _who(actor: str) -> str:
    """Return who it was for a page: an id stays on one line, and stands alone where the name is empty."""
    nameless = NAMELESS.fullmatch(actor.strip())
    return (nameless[1] if nameless else actor.strip()).replace("(Telegram ", "(Telegram\N{NO-BREAK SPACE}")
