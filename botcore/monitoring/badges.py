"""What the frame of every page counts: what nobody has read, looked at or taken on. One statement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from botcore import sql
from botcore.alerts.selectors import attention
from botcore.conversations import selection as conversations
from botcore.errors.selection import waiting
from botcore.feedback.selection import unread

KINDS = {
    "conversations": ("botcore.view_conversation", conversations.waiting),
    "feedback": ("botcore.view_feedback", unread),
    "errors": ("botcore.view_errorgroup", waiting),
    "alerts": ("botcore.view_alert", attention),
}


@dataclass(frozen=True)
class Badges:
    """People who wait for an answer, unread feedback, errors that nobody has looked at, alerts that nobody took on."""

    conversations: int = 0
    feedback: int = 0
    errors: int = 0
    alerts: int = 0


def badges(may: Callable[[str], bool]) -> Badges:
    """Count what the visitor may see; the rest stays 0."""
    return Badges(**sql.count_each(waits(may)))


def waits(may: Callable[[str], bool]) -> dict[str, QuerySet[Any]]:
    """Return what is counted for a visitor, for a page that counts it beside other things."""
    return {name: rows() for name, (permission, rows) in KINDS.items() if may(permission)}
