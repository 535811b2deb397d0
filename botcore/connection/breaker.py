"""Breaker: stops asking Telegram while it does not answer, and finds out with one call at a time when it does again.

Closed: calls go. Open: they fail at once. Half-open: one probe goes, the others fail at once.
"""

import random
import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from telegram.error import BadRequest, NetworkError, TelegramError

from botcore import metrics
from botcore.connection.errors import CircuitOpen, NotSent, PoolTimedOut
from botcore.tell import Tell

IN_A_ROW = 8  # failures
SHARE, OF_CALLS, WITHIN_SECONDS = 0.5, 20, 30.0  # or: so large a share of at least so many calls
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds; doubles with each probe that fails
ALIVE_SHARE = 0.25  # of a pause is enough when polling succeeds
PROBE_SECONDS = 15.0  # an upload may take longer; then another call may try
# Refusals that the library raises as a bare NetworkError: status 413 and 431, nginx' words for them included.
_REFUSALS = ("Request Entity Too Large", "Request Header Fields Too Large", "Payload Too Large")


class Circuit(IntEnum):
    """The states, with their values in botdeck_circuit_state."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2

    @property
    def label(self) -> str:
        """The state in words."""
        return self.name.lower().replace("_", "-")


class Breaker:
    """Hears of every call: `enter()` before it, `left()` after it; `tell` hears of each outage once."""

    def __init__(
        self,
        tell: Tell | None = None,
        *,
        on_change: Callable[[Circuit], None] = lambda _state: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tell = tell
        self._on_change = on_change
        self._clock = clock
        self._failures = 0  # in a row
        self._recent: deque[tuple[float, bool]] = deque(maxlen=1000)
        self._pause = FIRST_PAUSE
        self._opened_at = self._probe_at = 0.0
        self._probing: object | None = None
        self.state = Circuit.CLOSED
        metrics.CIRCUIT_STATE.set(self.state)

    def check(self) -> None:
        """Raise CircuitOpen when a call would fail at once."""
        if self.state is Circuit.HALF_OPEN and self._clock() >= self._probe_at + PROBE_SECONDS:
            self._give_up_probe(self._probing)
        if self.state is Circuit.HALF_OPEN or (self.state is Circuit.OPEN and self._clock() < self._probe_at):
            raise CircuitOpen

    def enter(self) -> object:
        """Let a call go and return its ticket for left(); raise CircuitOpen when it may not."""
        self.check()
        ticket = object()
        if self.state is Circuit.OPEN:
            self._probing, self._probe_at = ticket, self._clock()
            self._become(Circuit.HALF_OPEN)
        return ticket

    def left(self, ticket: object, error: BaseException | None) -> None:
        """Hear how a call ended; what says nothing of Telegram lets the next one be the probe."""
        if is_failure(error):
            self._failed(ticket)
        elif error is None or (isinstance(error, TelegramError) and not isinstance(error, NotSent)):
            self.succeeded()  # a refusal is an answer
        else:  # cancelled, our own pool was full, or a mistake of ours
            self._give_up_probe(ticket)

    def succeeded(self) -> None:
        """Hear that Telegram answered a call."""
        self._failures = 0
        if self.state is not Circuit.CLOSED:
            self._close()
        self._note(failed=False)

    def sign_of_life(self) -> None:
        """Hear that Telegram answered getUpdates: a probe may go sooner.

        It closes nothing: polling can work while sending does not.
        """
        if self.state is Circuit.OPEN:
            self._probe_at = min(self._probe_at, self._opened_at + max(FIRST_PAUSE, ALIVE_SHARE * self._pause))

    def _failed(self, ticket: object) -> None:
        if self.state is Circuit.CLOSED:
            self._failures += 1
            self._note(failed=True)
            if self._failures >= IN_A_ROW or self._fails_too_often():
                self._pause = FIRST_PAUSE
                self._open()
                self._say("Telegram does not answer; calls fail at once until it does.", level="error")
        elif ticket is self._probing:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._open()

    def _note(self, *, failed: bool) -> None:
        self._recent.append((self._clock(), failed))

    def _fails_too_often(self) -> bool:
        since = self._clock() - WITHIN_SECONDS
        while self._recent and self._recent[0][0] < since:
            self._recent.popleft()
        failures = sum(failed for _, failed in self._recent)
        return len(self._recent) >= OF_CALLS and failures >= SHARE * len(self._recent)

    def _give_up_probe(self, ticket: object | None) -> None:
        if ticket is self._probing:
            self._probing = None
            self._probe_at = self._clock()
            self._become(Circuit.OPEN)

    def _open(self) -> None:
        self._probing = None
        self._opened_at = self._clock()
        spread = random.uniform(0.8, 1.2)  # noqa: S311 (so that processes do not probe together)
        self._probe_at = self._opened_at + self._pause * spread
        self._become(Circuit.OPEN)

    def _close(self) -> None:
        self._probing = None
        self._recent.clear()
        self._become(Circuit.CLOSED)
        self._say("Telegram answers again.")

    def _become(self, state: Circuit) -> None:
        self.state = state
        metrics.CIRCUIT_TRANSITIONS.labels(state.label).inc()
        metrics.CIRCUIT_STATE.set(state)
        self._on_change(state)

    def _say(self, text: str, *, level: str = "info") -> None:
        if self.tell:
            self.tell("circuit", text, level=level)


def is_failure(error: BaseException | None) -> bool:
    """Tell whether Telegram did not do its part: network, timeout or 5xx, never a refusal."""
    if type(error) is TelegramError:  # the library's word for an answer that is no JSON
        return True
    if not isinstance(error, NetworkError) or isinstance(error, BadRequest | PoolTimedOut | CircuitOpen):
        return False
    return not error.message.startswith(_REFUSALS)
