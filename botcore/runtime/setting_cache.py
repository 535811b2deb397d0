"""What this process knows of changed settings: rows read in one query, kept for seconds, and asked without one."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.runtime.models import RuntimeSetting
from botcore.runtime.setting_table import SETTINGS
from botcore.runtime.settings_store import in_force

logger = logging.getLogger(__name__)

FRESH_SECONDS = 5.0  # how old value() may be

_warned: dict[str, datetime] = {}  # of which change of a broken row it was told already


@dataclass(frozen=True)
class Row:
    """A setting that is changed now; `is_broken`: it cannot be read, and its value is what then holds."""

    pk: int
    value: Any
    until: datetime | None
    by: str
    at: datetime
    is_broken: bool = False


def changed_rows() -> dict[str, Row]:
    """Read the settings that are changed now, in one query, by name."""
    return {row.name: _read(row) for row in in_force().filter(name__in=list(SETTINGS))}


def _read(row: RuntimeSetting) -> Row:
    setting = SETTINGS[row.name]
    try:
        return Row(row.pk, setting.restored(json.loads(row.value)), row.until, row.by, row.at)
    except (ValueError, RecursionError, ValidationError):
        if _warned.get(row.name) != row.at:
            _warned[row.name] = row.at
            logger.warning("the setting %s cannot be read and counts for nothing: %.60r", row.name, row.value)
    holds = setting.default if setting.broken is None else setting.broken
    return Row(row.pk, holds, row.until, row.by, row.at, is_broken=True)


class Cache:
    """One for each process; another one is like another process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.empty()

    def empty(self) -> None:
        """Know nothing, like a process that just began."""
        self._rows: dict[str, Row] = {}
        self._changes = 1  # made in this process
        self._read = 0  # how many of them the rows know
        self._read_at = float("-inf")

    @property
    def is_stale(self) -> bool:
        """Tell whether this process has changed something that held() does not know."""
        return self._read != self._changes

    def value(self, name: str) -> Any:
        """Return a value that is five seconds old at most."""
        if self._clock() - self._read_at >= FRESH_SECONDS:
            self.refresh()
        return self.held(name)

    def held(self, name: str) -> Any:
        """Return the value as it was last read, without a query."""
        row = self._rows.get(name)
        if row is None or (row.until is not None and row.until <= timezone.now()):
            return SETTINGS[name].default
        return row.value

    def refresh(self) -> None:
        """Read all of them. What this process changes meanwhile may not be in it, so that is read again next time."""
        began, changes = self._clock(), self._changes
        self._rows, self._read = changed_rows(), changes
        self._read_at = began if changes == self._changes else float("-inf")

    def forget(self) -> None:
        """Let the next value() read, for this process has changed one."""
        self._changes += 1
        self._read_at = float("-inf")


CACHE = Cache()
