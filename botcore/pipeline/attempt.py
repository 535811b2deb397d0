"""One attempt at handling an update: what the pipeline, the guard and the context share while it runs."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

import telegram
from django.utils import timezone

from botcore.inbox.models import State
from botcore.inbox.store import Outcome, Pending
from botcore.logs import error_text
from botcore.people.services import ChatProfile, Person, UserProfile


@dataclass(slots=True)
class Attempt:
    """An update on its way through the pipeline; `people` is shared by all updates of one claim."""

    pending: Pending
    update: telegram.Update | None
    people: dict[int, Person]
    user: UserProfile | None = None
    chat: ChatProfile | None = None
    error: str = ""
    handler: str = ""
    failed: bool = False
    postponed: bool = False
    query_answered: bool = False
    started_at: datetime = field(default_factory=timezone.now)

    def quarantine(self, error: BaseException) -> None:
        """Set the update aside: it cannot be read."""
        self.update = None
        self.note(error)

    def fail(self, error: BaseException) -> None:
        """Remember the error; the update becomes a dead letter."""
        self.failed = True
        self.note(error)

    def note(self, error: BaseException) -> None:
        """Keep an error's text without changing the outcome."""
        self.error = error_text(error)

    def outcome(self) -> Outcome:
        """Return how it ended."""
        return Outcome(self.pending, self._state(), self.handler, self.error, self.started_at, timezone.now())

    def _state(self) -> State:
        if self.update is None:
            return State.QUARANTINED
        if self.failed:
            return State.DEAD
        return State.DONE if self.handler else State.IGNORED


CURRENT: ContextVar[Attempt] = ContextVar("attempt")
