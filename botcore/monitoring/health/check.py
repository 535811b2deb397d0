"""What a check says: a light, a sentence, and how old the newest fact behind it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"  # it works, and somebody should look
    FAILED = "failed"
    UNKNOWN = "unknown"  # nobody can say now


GRAVITY = (Light.OK, Light.UNKNOWN, Light.WARNING, Light.FAILED)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `words` say what is so and what to do, `age` is that of the newest fact behind it, in seconds."""

    name: str
    light: Light
    words: str
    age: float | None = None


def overall(found: Iterable[Check]) -> Light:
    """Return the gravest light."""
    return max((check.light for check in found), key=GRAVITY.index, default=Light.UNKNOWN)


def lasting(seconds: float) -> str:
    """Say a time in words, to the unit that matters."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def counted(number: int, noun: str) -> str:
    """Say how many."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
