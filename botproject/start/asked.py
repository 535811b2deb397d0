"""What deploy/start was asked for, as every check is told, and the words in which checks answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botcore.monitoring.health.check import Check, Light


@dataclass(frozen=True)
class Asked:
    """The role, and whether nothing shall be started: then what runs here already may be this very process."""

    role: str
    check_only: bool


Look = Callable[[Asked], Iterator[Check]]


def well(name: str, words: str) -> Check:
    """Say that there is nothing to do."""
    return Check(name, Light.OK, words)


def warning(name: str, words: str) -> Check:
    """Say what somebody should look at; the process starts."""
    return Check(name, Light.WARNING, words)


def error(name: str, words: str) -> Check:
    """Say why the process does not start."""
    return Check(name, Light.FAILED, words)
