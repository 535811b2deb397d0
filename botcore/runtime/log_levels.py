"""The levels of loggers as operators changed them: rows of the runtime's settings, which every process applies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.logs import levels
from botcore.runtime import settings_store
from botcore.validators import choice, for_how_long

PREFIX = "log_level:"
DURATIONS = {
    "10m": ("10 minutes", timedelta(minutes=10)),
    "1h": ("1 hour", timedelta(hours=1)),
    "1d": ("1 day", timedelta(days=1)),
    "always": ("until changed", None),
}


@dataclass(frozen=True)
class ChangedLevel:
    """A logger with another level than configured."""

    logger: str
    level: str
    configured: str
    until: datetime | None
    by: str
    at: datetime


def changed_levels() -> list[ChangedLevel]:
    """Return the loggers whose levels are changed now, by name."""
    rows = [(row.name.removeprefix(PREFIX), row) for row in settings_store.all_settings(PREFIX)]
    return [
        ChangedLevel(name, str(row.value), levels.configured_level(name), row.until, row.by, row.at)
        for name, row in rows
    ]


def set_level(*, logger: str, level: str, duration: str, by: str) -> None:
    """Change a logger's level for a while; raise ValidationError for what is none."""
    logger = logger.strip()
    if not levels.is_logger_name(logger):
        raise ValidationError(_("A logger's name is words with dots between them, like botcore.inbox, or root."))
    level = choice(level, levels.LEVELS, name="level")
    if duration not in DURATIONS:
        raise ValidationError(for_how_long(words for words, _length in DURATIONS.values()))
    length = DURATIONS[duration][1]
    with transaction.atomic():
        before = _facts(logger)
        settings_store.set_setting(PREFIX + logger, level, by, timezone.now() + length if length else None)
        if (after := _facts(logger)) != before:
            record("logs.level", f"logger:{logger}", before=before, after=after, by=by)
    apply()


def reset_level(*, logger: str, by: str) -> bool:
    """Put a logger back to its configured level; False when it has that already."""
    with transaction.atomic():
        before = _facts(logger)
        done = settings_store.clear_setting(PREFIX + logger, by)
        if done:
            record("logs.reset", f"logger:{logger}", before=before, after=_facts(logger), by=by)
    apply()
    return done


def apply() -> None:
    """Let this process log as the rows say."""
    rows = settings_store.all_settings(PREFIX)
    levels.apply_levels({row.name.removeprefix(PREFIX): str(row.value) for row in rows})


def _facts(logger: str) -> dict[str, Any]:
    """Return what the audit says of a logger: its level, and until when it holds."""
    row = next((row for row in settings_store.all_settings(PREFIX + logger) if row.name == PREFIX + logger), None)
    return {"level": str(row.value) if row else levels.configured_level(logger), "until": row and row.until}
