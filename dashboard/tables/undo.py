"""The way back from the last bulk action: the session keeps its rows for ten minutes, each with what its service left.

A row that somebody has changed since stays as it is.
"""

import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.exceptions import UserError
from dashboard.tables.table import Action, Table

KEPT = "way_back"  # in the session
LASTS = 600  # seconds
Traces = list[tuple[int, Any]]  # rows, each with what undoes it


@dataclass(frozen=True)
class Offer:
    """What can be taken back, in words too, and until when (Unix time)."""

    table: str
    action: str
    rows: Traces
    words: str
    until: float
    key: str  # an older page's button takes nothing newer back

    @property
    def end(self) -> datetime:
        """The end of the offer."""
        return datetime.fromtimestamp(self.until, UTC)


def offer(request: HttpRequest, table: Table, action: Action, rows: Traces, words: str) -> None:
    """Keep what was done, in the place of what was done before."""
    kept = Offer(table.name, action.name, rows, words, time.time() + LASTS, get_random_string(12))
    request.session[KEPT] = asdict(kept)


def forget(request: HttpRequest) -> None:
    """End the offer: something else was done, which has no way back."""
    request.session.pop(KEPT, None)


def offered(request: HttpRequest, table: Table) -> Offer | None:
    """Return what the visitor may take back in this list."""
    kept = request.session.get(KEPT)
    if not kept or kept["table"] != table.name or kept["until"] < time.time():
        return None
    action = table.action(kept["action"])
    is_theirs = action and action.undo and request.user.has_perm(f"botcore.{action.permission}")
    return Offer(**kept) if is_theirs else None


def take_back(request: HttpRequest, table: Table) -> None:
    """Take back what is offered, once, and say of how many rows that was and why not of the others."""
    found = offered(request, table)
    action = table.action(found.action) if found else None
    if found is None or action is None or found.key != request.POST.get("key"):
        messages.warning(request, _("There is nothing to undo: it is undone, too long ago, or more was done since."))
        return
    del request.session[KEPT]
    refused = _refused(action, found.rows, request.user.get_username())
    undone = len(found.rows) - refused.total()
    if undone:
        messages.success(request, _("%(done)s of %(all)s: undone.") % {"done": undone, "all": len(found.rows)})
    for reason, count in refused.items():
        words = ngettext("%(count)s is not undone. %(reason)s", "%(count)s are not undone. %(reason)s", count)
        messages.warning(request, words % {"count": count, "reason": reason})


def _refused(action: Action, rows: Traces, by: str) -> Counter[str]:
    """Undo row by row; return the reasons against it, and how many rows each holds back."""
    refused: Counter[str] = Counter()
    for pk, trace in rows:
        try:
            if action.undo and not action.undo(pk, trace, by):
                refused[_("Somebody has changed it since: it stays as it is.")] += 1
        except UserError as exc:
            refused[str(exc)] += 1
    return refused
