"""How the link to Telegram is, judged by the calls that are made: a state machine without network.

LinkWatch feeds it with facts and tells of its changes.
"""

import re
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

WINDOW = 60.0  # seconds over which trouble is counted
TROUBLES = 3  # in the window; fewer are a blip
DEGRADED_SHARE = 0.1  # of the window's calls failing or slow makes the link degraded
CALM_SECONDS = 15.0  # without trouble, or with hardly any, before it counts as up again
CALM_SHARE = 0.02
DOWN_SECONDS = 15.0  # in which nothing succeeded
SLOW_SECONDS = 5.0  # for a call that neither waits nor uploads

_LONG = re.compile(
    r"getUpdates|setWebhook|send(Photo|Audio|Document|Video|VideoNote|Animation|Voice|Sticker|MediaGroup|PaidMedia)"
    r"|editMessageMedia|(post|edit)Story|set\w+Photo|\w*Sticker\w*Set|uploadStickerFile"
)


@lru_cache(maxsize=512)
def is_quick(method: str) -> bool:
    """Tell whether the call's time says something about the link: it neither waits for updates nor carries a file."""
    return not _LONG.fullmatch(method)


class LinkState(StrEnum):
    """How the link is."""

    CONNECTING = "connecting"  # Telegram has not answered since the start
    UP = "up"
    DEGRADED = "degraded"  # some calls fail or are slow
    DOWN = "down"  # nothing succeeds


class Link:
    """Facts in, a state out; `on_change` hears of each change, from one to the other."""

    def __init__(
        self, on_change: Callable[[LinkState, LinkState], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.state = LinkState.CONNECTING
        self.why = ""  # the last failure in words
        self.last_good_at: datetime | None = None
        self._on_change = on_change
        self._clock = clock
        self._seconds: deque[list[int]] = deque(maxlen=int(WINDOW))  # [second, calls, troubles], newest last
        self._trouble_at = self._good_at = float("-inf")
        self._failing_since: float | None = None
        self._failures = 0  # in a row

    def note(self, *, ok: bool, seconds: float, method: str, why: str = "") -> None:
        """Take one call that ended; `ok` says that Telegram answered, also with a refusal."""
        now = self._clock()
        slow = seconds > SLOW_SECONDS and is_quick(method)
        if ok:
            self.last_good_at = datetime.now(UTC)
            self._failing_since, self._failures, self._good_at = None, 0, now
        else:
            self._failures += 1
            if self._failing_since is None:
                self._failing_since = max(now - seconds, self._good_at)  # others may have succeeded meanwhile
        if slow or not ok:
            self._trouble_at = now
            self.why = f"{method}: {why or f'{seconds:.0f} s'}"
        self._count(now, trouble=slow or not ok)
        if self.state is not LinkState.UP or slow or not ok:
            self.look()

    def look(self) -> None:
        """Judge anew: time alone may change the state."""
        state = self._judge(self._clock())
        if state is self.state:
            return
        if state is LinkState.UP:  # old trouble must not count against it once more
            self._seconds.clear()
        before, self.state = self.state, state
        self._on_change(before, state)

    @property
    def words(self) -> str:
        """Say what is wrong, in one sentence that stays the same while it lasts; empty when the link is up."""
        if self.state is LinkState.DEGRADED:
            return f"Some calls to Telegram fail or are slow, the last one {self.why}."
        if self.state is LinkState.DOWN:
            since = f"{self.last_good_at:%H:%M:%S}" if self.last_good_at else "the start"
            return f"No call to Telegram has succeeded since {since} UTC, the last one {self.why}."
        return ""

    def _judge(self, now: float) -> LinkState:
        if self.last_good_at is None:
            return LinkState.CONNECTING
        if self._is_silent(now):
            return LinkState.DOWN
        if self.state is LinkState.UP:
            calls, troubles = self._sums(now - WINDOW)
            return LinkState.DEGRADED if troubles >= max(TROUBLES, DEGRADED_SHARE * calls) else LinkState.UP
        if self.state is LinkState.CONNECTING or self._is_calm(now):
            return LinkState.UP
        return LinkState.DEGRADED

    def _is_silent(self, now: float) -> bool:
        if self._failing_since is None or self._failures < 2:  # one alone may be its own fault
            return False
        return now - self._failing_since >= DOWN_SECONDS

    def _is_calm(self, now: float) -> bool:
        """Tell whether the trouble is over; a quiet link needs one success after it."""
        if self._failures:
            return False
        if now - self._trouble_at >= CALM_SECONDS:
            return True
        calls, troubles = self._sums(now - CALM_SECONDS)
        return calls * CALM_SHARE >= troubles and self._first_second() <= now - CALM_SECONDS

    def _first_second(self) -> float:
        return self._seconds[0][0] if self._seconds else float("inf")

    def _count(self, now: float, *, trouble: bool) -> None:
        second = int(now)
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append([second, 0, 0])
        self._seconds[-1][1] += 1
        self._seconds[-1][2] += trouble

    def _sums(self, after: float) -> tuple[int, int]:
        """Return how many calls, and how many with trouble, there were after that moment."""
        recent = [count for count in self._seconds if count[0] > after]
        return sum(count[1] for count in recent), sum(count[2] for count in recent)
