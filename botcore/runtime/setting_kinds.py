"""Kinds of runtime settings: their limits; how a value is typed, kept as JSON, and said. Pure.

`parse` reads what a person typed, `restored` what a row holds; both raise ValidationError.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from botcore import validators
from botcore.exceptions import ValidationError
from botcore.runtime.setting_base import Kind, Setting, Words

NAME_LENGTH, LONGEST_MAP = 100, 50_000  # characters of a name in a map, and of its JSON


@dataclass(frozen=True)
class OnOff(Setting):
    """A switch."""

    kind = Kind.ON_OFF
    choices: tuple[str, ...] = field(default=("on", "off"), init=False)

    def parse(self, text: str) -> bool:
        """Read a word that says yes or no."""
        try:
            return validators.boolean(text)
        except ValidationError:
            return validators.choice(text, self.choices) == "on"  # says what was probably meant

    def fits(self, value: Any) -> bool:
        """Take booleans only."""
        return type(value) is bool

    def limits(self) -> str:
        """Say which words there are."""
        return _("Write on or off.")

    def typed(self, value: bool) -> str:  # noqa: FBT001 (the value)
        """Write on or off."""
        return "on" if value else "off"

    def in_words(self, value: bool) -> str:  # noqa: FBT001 (the value)
        """Say on or off."""
        return _("on") if value else _("off")


@dataclass(frozen=True)
class Whole(Setting):
    """A whole number; `zero` says what 0 means where it may be set beside the limits, `unit` says a number of what."""

    kind = Kind.WHOLE
    least: int = field(kw_only=True)
    most: int = field(kw_only=True)
    zero: Words = field(default="", kw_only=True)
    unit: Callable[[int], str] = field(default="{:,}".format, kw_only=True)

    def parse(self, text: str) -> int:
        """Read digits."""
        return self.checked(self.asked(validators.integer, text))  # type: ignore[no-any-return]

    def fits(self, value: Any) -> bool:
        """Take numbers within the limits, and 0 where it has a meaning."""
        return type(value) is int and (self.least <= value <= self.most or bool(value == 0 and self.zero))

    def limits(self) -> str:
        """Say from where to where."""
        words = {"least": f"{self.least:,}", "most": f"{self.most:,}", "zero": self.zero}
        if self.zero:
            return _("Write a whole number from %(least)s to %(most)s, or 0: %(zero)s.") % words
        return _("Write a whole number from %(least)s to %(most)s.") % words

    def in_words(self, value: int) -> str:
        """Say the number with its unit."""
        return str(self.zero) if self.zero and value == 0 else self.unit(value)


@dataclass(frozen=True)
class Group(Whole):
    """The id of a group, 0 for none."""

    least: int = field(default=-(2**52), init=False)  # core.telegram.org/bots/api#chat: 52 significant bits
    most: int = field(default=0, init=False)
    unit: Callable[[int], str] = field(default=str, init=False)

    def limits(self) -> str:
        """Say what an id looks like."""
        return _("Write the id of a group, such as -1001234567890, or 0 for none.")

    def in_words(self, value: int) -> str:
        """Say the id."""
        return str(value) if value else _("none")


@dataclass(frozen=True)
class Number(Setting):
    """A number with decimals."""

    kind = Kind.NUMBER
    least: float = field(kw_only=True)
    most: float = field(kw_only=True)

    def parse(self, text: str) -> float:
        """Read digits with a point."""
        return self.checked(self.asked(validators.number, text))  # type: ignore[no-any-return]

    def fits(self, value: Any) -> bool:
        """Take finite numbers within the limits."""
        return type(value) in {int, float} and math.isfinite(value) and self.least <= value <= self.most

    def limits(self) -> str:
        """Say from where to where."""
        limits = {"least": f"{self.least:,g}", "most": f"{self.most:,g}"}
        return _("Write a number from %(least)s to %(most)s.") % limits

    def in_words(self, value: float) -> str:
        """Say the number."""
        return f"{value:,g}"


@dataclass(frozen=True)
class Duration(Setting):
    """A length of time; rows hold seconds."""

    kind = Kind.DURATION
    least: timedelta = field(kw_only=True)
    most: timedelta = field(kw_only=True)

    def parse(self, text: str) -> timedelta:
        """Read such as 1h30m."""
        return self.checked(self.asked(validators.duration, text))  # type: ignore[no-any-return]

    def fits(self, value: Any) -> bool:
        """Take durations within the limits."""
        return type(value) is timedelta and self.least <= value <= self.most

    def limits(self) -> str:
        """Say from where to where."""
        limits = {"least": validators.as_duration(self.least), "most": validators.as_duration(self.most)}
        return _("Write a duration from %(least)s to %(most)s, such as 30m, 2h or 1d.") % limits

    def stored(self, value: timedelta) -> float:
        """Keep seconds."""
        return value.total_seconds()

    def restored(self, found: Any) -> timedelta:
        """Take seconds."""
        try:
            length = timedelta(seconds=found) if type(found) in {int, float} else None
        except (ValueError, OverflowError):
            length = None
        return self.checked(length)  # type: ignore[no-any-return]

    def typed(self, value: timedelta) -> str:
        """Write such as 1h30m."""
        return validators.as_duration(value)


@dataclass(frozen=True)
class Choice(Setting):
    """One of a few words."""

    kind = Kind.CHOICE

    def parse(self, text: str) -> str:
        """Read one of the words."""
        return validators.choice(text, self.choices)

    def fits(self, value: Any) -> bool:
        """Take the words only."""
        return value in self.choices

    def limits(self) -> str:
        """Say which words there are."""
        return _("Choose one of: %(choices)s.") % {"choices": ", ".join(self.choices)}


@dataclass(frozen=True)
class Text(Setting):
    """A line of text, with the least and most characters."""

    kind = Kind.TEXT
    least: int = field(default=0, kw_only=True)
    most: int = field(kw_only=True)

    def parse(self, text: str) -> str:
        """Take the text without blanks around it."""
        return self.checked(text.strip())  # type: ignore[no-any-return]

    def fits(self, value: Any) -> bool:
        """Take texts on one line that are not too long."""
        return isinstance(value, str) and self.least <= len(value) <= self.most and value.isprintable()

    def limits(self) -> str:
        """Say how long it may be."""
        limits = {"least": f"{self.least:,}", "most": f"{self.most:,}"}
        return _("Write %(least)s to %(most)s characters on one line.") % limits

    def in_words(self, value: str) -> str:
        """Say the text."""
        return value or _("none")


@dataclass(frozen=True)
class Map(Setting):
    """Names, each with one of a few words, written as JSON; values cannot be changed in place."""

    kind = Kind.MAP
    most: int = field(kw_only=True)

    def parse(self, text: str) -> Mapping[str, str]:
        """Read a JSON object; its words are those of choices."""
        found = validators.json_value(text, most=LONGEST_MAP)
        if not isinstance(found, dict):
            raise ValidationError(self.limits())
        words = {name: validators.choice(word, self.choices) for name, word in found.items() if isinstance(word, str)}
        return self.restored({**found, **words})

    def fits(self, value: Any) -> bool:
        """Take maps whose names can be shown, not too many."""
        return isinstance(value, Mapping) and len(value) <= self.most and all(map(self._is_entry, value.items()))

    def _is_entry(self, entry: tuple[Any, Any]) -> bool:
        name, word = entry
        is_name = isinstance(name, str) and 0 < len(name) <= NAME_LENGTH and name.isprintable()
        return is_name and word in self.choices

    def limits(self) -> str:
        """Say what such JSON is."""
        words = {"choices": ", ".join(self.choices), "most": f"{self.most:,}"}
        return _("Write JSON of at most %(most)s names, each with one of: %(choices)s.") % words

    def stored(self, value: Mapping[str, str]) -> dict[str, str]:
        """Keep an object."""
        return dict(value)

    def restored(self, found: Any) -> Mapping[str, str]:
        """Take an object."""
        return MappingProxyType(self.checked(found))

    def typed(self, value: Mapping[str, str]) -> str:
        """Write JSON."""
        return json.dumps(dict(value), ensure_ascii=False)

    def in_words(self, value: Mapping[str, str]) -> str:
        """Say the names with their words."""
        return ", ".join(f"{name}: {word}" for name, word in value.items()) or _("none")
