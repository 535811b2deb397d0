"""The trail of conditions: beginnings, ends and what people decided, as events; the rows keep but the newest."""

from botcore.alerts.conditions.rules import BY_NAME, Severity
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level

KIND = "condition"
LEVELS = {Severity.PAGE: Level.ERROR, Severity.TICKET: Level.WARNING}


def note(name: str, text: str, *, level: Level = Level.INFO) -> None:
    """Note it, in the caller's transaction."""
    record_event(KIND, f"{BY_NAME[name].title} ({name}): {text}", level=level)


def note_begin(name: str, words: str) -> None:
    """Note that it fires."""
    note(name, words, level=LEVELS[BY_NAME[name].severity])
