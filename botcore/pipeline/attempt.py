"""One attempt at handling an update: what the pipeline, the guard and the context share while it runs."""

import random
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import telegram
from django.conf import settings

from botcore.errors.fingerprint import fingerprint
from botcore.exceptions import RateLimited, translate
from botcore.inbox.completion import Outcome
from botcore.inbox.models import State
from botcore.inbox.store import Pending
from botcore.logs import error_text
from botcore.people.services import ChatProfile, Person, UserProfile
from botcore.persistence.services import Change
from botcore.pipeline.memory import Memory, Shelf

FIRST_WAIT, GROWTH, LONGEST_WAIT = 2.0, 4.0, 300.0  # seconds before the second attempt, and how it grows


@dataclass(slots=True)
class Claim:
    """What the updates of one claim share: the people in them, what is remembered of them, and the bot."""

    people: dict[int, Person] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    username: str = ""  # the bot's


@dataclass(slots=True)
class Attempt:
    """An update on its way through the pipeline; `wait_seconds` is set when it shall be tried once more."""

    pending: Pending
    update: telegram.Update | None
    claim: Claim
    user: UserProfile | None = None
    chat: ChatProfile | None = None
    state: State | None = None
    error: str = ""
    error_group: str = ""
    handler: str = ""
    wait_seconds: float = 0.0
    postponed: bool = False
    query_answered: bool = False
    is_taken: bool = False  # an operator talks in this chat in the bot's place
    value: str | None = None  # of a pressed button, when it was kept in a row
    arguments: Mapping[str, Any] = field(default_factory=dict)  # of a command, by name
    confirmed: Mapping[str, Any] = field(default_factory=dict)  # what a pressed button confirmed
    changes: tuple[Change, ...] = ()
    started_at: datetime = field(init=False)
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.pending.now()
        self.memory = Memory(self.claim.shelf, self.pending)

    @property
    def number(self) -> int:
        """Which attempt this is, from 1."""
        return self.pending.attempts + 1

    @property
    def by(self) -> str:
        """What histories and the audit say of the person; "" for an update without one."""
        return f"{self.user.first_name or 'No name'} (Telegram {self.user.id})" if self.user else ""

    def quarantine(self, error: BaseException) -> None:
        """Set the update aside: it cannot be read."""
        self.update, self.state = None, State.QUARANTINED
        self._keep(error)

    def expire(self, words: str) -> None:
        """Leave the update alone: nobody waits for its answer any more."""
        self.update, self.state, self.error = None, State.EXPIRED, words

    def refuse(self, reason: str) -> None:
        """Leave the update alone: the bot does not serve this person, or not so fast."""
        self.update, self.state, self.error = None, State.IGNORED, f"refused: {reason}"

    def fail(self, error: BaseException, *, retry: bool = False) -> None:
        """Remember the error; the update is tried once more, or becomes a dead letter after the last attempt."""
        again = retry and self.number < settings.BOT_ATTEMPTS
        self.state = State.PENDING if again else State.DEAD
        self.wait_seconds = back_off(self.number, error) if again else 0.0
        self._keep(error)

    def wait_for(self, error: BaseException) -> None:
        """Leave the update pending: it failed through no fault of its own."""
        self.note(error)
        self.postponed = True

    def give_up(self, error: BaseException) -> None:
        """Leave the update to the next attempt: what its handler needs is not there."""
        if self.update is not None:
            self.update = None
            self.fail(error, retry=True)

    def note(self, error: BaseException) -> None:
        """Keep an error's text without changing the outcome."""
        self.error = error_text(error)

    def remember(self) -> None:
        """Take what the handler wants to be remembered; raise TypeError for what cannot be."""
        self.changes = self.memory.keep()

    def outcome(self) -> Outcome:
        """Return how it ended."""
        state = self.state or (State.DONE if self.handler else State.IGNORED)
        return Outcome(
            self.pending,
            state,
            self.handler,
            self.error,
            self.started_at,
            self.pending.now(),
            self.error_group,
            self.wait_seconds,
            self.changes,
        )

    def _keep(self, error: BaseException) -> None:
        self.note(error)
        self.error_group = fingerprint(error, self.handler)


def back_off(number: int, error: BaseException) -> float:
    """Return the seconds to wait after the attempt with this number: 2, 8, 32 … 300, a quarter more or less."""
    grown = min(FIRST_WAIT * GROWTH ** min(number - 1, 10), LONGEST_WAIT)
    wait = grown * random.uniform(0.75, 1.25)  # noqa: S311 (spreads the load, hides nothing)
    known = translate(error)
    return max(wait, known.seconds) if isinstance(known, RateLimited) else wait


CURRENT: ContextVar[Attempt] = ContextVar("attempt")
