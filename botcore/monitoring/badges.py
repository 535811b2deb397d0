"""What the frame of every page counts: what nobody has read, looked at or taken on. One statement."""

from dataclasses import dataclass

from botcore import sql
from botcore.alerts.selectors import attention
from botcore.errors.selection import waiting
from botcore.feedback.selection import unread


@dataclass(frozen=True)
class Badges:
    """Unread feedback, errors that nobody has looked at, alerts that nobody took on."""

    feedback: int = 0
    errors: int = 0
    alerts: int = 0


def badges(*, feedback: bool, errors: bool, alerts: bool) -> Badges:
    """Count what the visitor may see; the rest stays 0."""
    kinds = {"feedback": (feedback, unread), "errors": (errors, waiting), "alerts": (alerts, attention)}
    return Badges(**sql.count_each({name: rows() for name, (may, rows) in kinds.items() if may}))
