"""Reading the audit: entries newest first, by what, by whom, on whom and where; each with what it changed."""

import re
from dataclasses import dataclass
from datetime import datetime

from botcore.audit.changes import Change, changes, mentioned, target_id
from botcore.audit.models import AuditEntry
from botcore.audit.selection import AuditSelection
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people import selectors as people
from botcore.texts.visible import visible

WINDOW = 50_000  # entries that one page looks through where no index helps
NAMELESS = re.compile(r"\((Telegram \d+)\)")
EVERYTHING = AuditSelection()


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


def entries(chosen: AuditSelection = EVERYTHING, *, place: Place = FIRST, size: int = SIZE) -> Page[Entry]:
    """List entries, newest first."""
    window = WINDOW if chosen.is_slow else 0
    return Keyset(chosen.listed(), size=size, window=window).at(place).map(_entries)


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
