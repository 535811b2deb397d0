"""Run: what a job's function gets; it tells when the run is to end. RunOver is how that reaches the work."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from botcore.runtime.models import RunState


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    state: RunState
    words: str


class RunOver(Exception):  # noqa: N818 (not an error: an outcome)
    """The run is to end now; the work lets it pass."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.words)
        self.outcome = outcome


class Run:
    """One run of a job, from its first to its last second."""

    def __init__(
        self, name: str, *, by: str = "", due_at: datetime | None = None, seconds: float = float("inf")
    ) -> None:
        self.name = name
        self.by = by
        self.due_at = due_at
        self._over = threading.Event()
        self._outcome: Outcome | None = None
        self._until = time.monotonic() + seconds
        self._seconds = seconds
        self._held_until = float("inf")

    def check(self) -> None:
        """Raise RunOver when the time is over, the process stops, or another process may have the job."""
        now = time.monotonic()
        if now >= self._until:
            self.time_out()
        elif now >= self._held_until:
            self.end(Outcome(RunState.LOST, "the lease could not be renewed"))
        if self._outcome:
            raise RunOver(self._outcome)

    def pause(self, seconds: float) -> None:
        """Wait a moment, for others; raise RunOver as soon as the run is to end."""
        self._over.wait(seconds)
        self.check()

    def end(self, outcome: Outcome) -> None:
        """Let the next check raise; the first reason counts."""
        self._outcome = self._outcome or outcome
        self._over.set()

    def time_out(self) -> None:
        """End it because it took too long."""
        self.end(Outcome(RunState.TIMED_OUT, f"it took longer than {self._seconds:g} s"))

    def hold(self, until: float) -> None:
        """Let it go on up to this time of the monotonic clock, when the lease ends."""
        self._held_until = until
        if until <= time.monotonic():
            self._over.set()  # a pause ends now
