"""Kinds of runtime settings that are times: hours of the day, a time zone. Kept and typed as texts. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.runtime.setting_kinds import Map, Text
from botcore.validators import json_value

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS = re.compile(f"({_CLOCK})-({_CLOCK})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
LONGEST_ZONES = 10_000  # characters


def hours(typed: str) -> str:
    """Return hours as they are kept, read with any dash and blanks; `off` is nothing. Raise ValidationError."""
    word = re.sub(r"\s+|[–—]", lambda found: "" if found[0].isspace() else "-", typed.strip().lower())
    word = "" if word == "off" else word
    if not are_hours(word):
        raise ValidationError(hours_words())
    return word


def hours_words() -> str:
    """Say what hours look like."""
    return _("Write two times of the day, such as 22:00-08:00, or off.")


def are_hours(value: Any) -> bool:
    """Tell whether these are two times that differ, or nothing."""
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    return bool(value == "") or (found is not None and found[1] != found[2])


@dataclass(frozen=True)
class Hours(Text):
    """From when to when, such as 22:00-08:00; nothing for no hours."""

    most: int = field(default=11, init=False)

    def parse(self, text: str) -> str:
        """Read it with any dash and blanks; `off` is nothing."""
        return hours(text)

    def fits(self, value: Any) -> bool:
        """Take two times that differ."""
        return are_hours(value)

    def limits(self) -> str:
        """Say what they look like."""
        return hours_words()


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


@dataclass(frozen=True)
class Zones(Map):
    """Languages, each with a time zone, written as JSON."""

    def parse(self, text: str) -> Mapping[str, str]:
        """Read a JSON object."""
        return self.restored(json_value(text, most=LONGEST_ZONES))

    def _is_entry(self, entry: tuple[Any, Any]) -> bool:
        name, word = entry
        is_language = isinstance(name, str) and _LANGUAGE.fullmatch(name) is not None
        return is_language and isinstance(word, str) and word in available_timezones()

    def limits(self) -> str:
        """Say what such JSON is."""
        return _("Write JSON of languages, each with a time zone, such as %(example)s.") % {
            "example": '{"de": "Europe/Berlin", "pt-br": "America/Sao_Paulo"}'
        }
