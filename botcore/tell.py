"""Tell: how any part of a bot process notes an event for the operators; the Recorder stands behind it."""

from typing import Protocol


class Tell(Protocol):
    """Notes what happened and returns at once; the event is written soon, also when the database is away."""

    def __call__(self, kind: str, text: str, *, level: str = "info") -> None:
        """`level` is one of monitoring.models.Level."""
