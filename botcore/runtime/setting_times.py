"""Kinds of runtime settings that are times: hours of the day, a time zone. Kept and typed as texts. Pure."""

import re
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from botcore.runtime.setting_kinds import Text

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = re.compile(f"({_CLOCK})-({_CLOCK})")


@dataclass(frozen=True)
class Hours(Text):
    """From when to when, such as 22:00-08:00; nothing for no hours."""

    most: int = field(default=11, init=False)

    def parse(self, text: str) -> str:
        """Read it with any dash and blanks; `off` is nothing."""
        typed = re.sub(r"\s+|[–—]", lambda found: "" if found[0].isspace() else "-", text.strip().lower())
        return self.checked("" if typed == "off" else typed)  # type: ignore[no-any-return]

    def fits(self, value: Any) -> bool:
        """Take two times that differ."""
        found = _HOURS.fullmatch(value) if isinstance(value, str) else None
        return value == "" or (found is not None and found[1] != found[2])

    def limits(self) -> str:
        """Say what they look like."""
        return _("Write two times of the day, such as 22:00-08:00, or off.")


@dataclass(frozen=True)
class Zone(Text):
    """A time zone by its name."""

    most: int = field(default=64, init=False)

    def fits(self, value: Any) -> bool:
        """Take the names that there are."""
        return isinstance(value, str) and value in available_timezones()

    def limits(self) -> str:
        """Say what they look like."""
        return _("Write the name of a time zone, such as UTC or Europe/Berlin.")
