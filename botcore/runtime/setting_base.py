"""What every runtime setting has, whatever its kind: a name, help, a default. setting_kinds.py has the kinds. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise

from botcore.exceptions import ValidationError

Words = str | Promise


class Kind(Enum):
    """How a value is typed."""

    ON_OFF = "on or off"
    WHOLE = "whole number"
    NUMBER = "number"
    DURATION = "duration"
    CHOICE = "choice"
    TEXT = "text"
    MAP = "JSON"


@dataclass(frozen=True)
class Setting(ABC):
    """A value that operators change while everything runs; `help` is translated lazily."""

    kind: ClassVar[Kind]

    name: str
    help: Words
    fallback: Any = None
    environment: str = field(default="", kw_only=True)  # the variable that says the default, instead of `fallback`
    broken: Any = field(default=None, kw_only=True)  # what a row means that cannot be read; None: the default
    needs_restart: bool = field(default=False, kw_only=True)
    choices: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def default(self) -> Any:
        """Return the value that holds while nobody changed it."""
        return getattr(settings, self.environment) if self.environment else self.fallback

    @property
    def target(self) -> str:
        """Return what the audit calls it."""
        return f"setting:{self.name}"

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Return the value that a person typed."""

    @abstractmethod
    def fits(self, value: Any) -> bool:
        """Tell whether a value has the right type and is within the limits."""

    @abstractmethod
    def limits(self) -> str:
        """Say in one sentence what may be written."""

    def asked(self, read: Callable[[str], Any], text: str) -> Any:
        """Return what `read` makes of a text; what it cannot read is answered with the limits."""
        try:
            return read(text)
        except ValidationError:
            raise ValidationError(self.limits()) from None

    def checked(self, value: Any) -> Any:
        """Return a typed value that fits."""
        if not self.fits(value):
            raise ValidationError(self.limits())
        return value

    def stored(self, value: Any) -> Any:
        """Return the value as JSON can say it."""
        return value

    def restored(self, found: Any) -> Any:
        """Return the value that a row's JSON says."""
        return self.checked(found)

    def typed(self, value: Any) -> str:
        """Write the value as parse() reads it."""
        return str(value)

    def in_words(self, value: Any) -> str:
        """Say the value to a person."""
        return self.typed(value)
