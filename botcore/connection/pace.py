"""Pace: how fast calls of one scope may go, evenly, with a bound on every sliding window; Flood: what 429s taught.

Times are the event loop's clock, in seconds. Nothing here waits: the limiter asks when the next call may go.
"""

import math
from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from botcore.runtime import flood as lessons

NEVER = float("-inf")


@dataclass(slots=True)
class Flood:
    """Until when a scope is paused after a 429, and by how much it is slower since."""

    until: float = NEVER
    lowered: float = 1.0  # the factor just after the last flood
    since: float = NEVER

    def note(self, now: float, seconds: float) -> None:
        """Pause for so long; halve the rate, once for several 429s that come together."""
        if now - self.since >= lessons.SAME_FLOOD:
            self.lowered = lessons.halved(self.factor(now))
        self.since = now
        self.until = max(self.until, now + seconds)

    def factor(self, now: float) -> float:
        """Return what to multiply the rate with: 1 when all is forgotten."""
        return 1.0 if self.lowered >= 1 else lessons.recovered(self.lowered, now - max(self.since, self.until))

    def is_forgotten(self, now: float) -> bool:
        """Tell whether nothing of it matters any more."""
        return self.until <= now and self.factor(now) >= 1


class Window:
    """At most `limit` calls in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._times: list[float] = []  # sorted

    def free_at(self, now: float, count: int = 1) -> float:
        """Return when so many may go; a count above the limit waits for an empty window."""
        self._forget(now)
        excess = len(self._times) + min(count, self.limit) - self.limit
        return self._times[excess - 1] + self._seconds if excess > 0 else now

    def note(self, at: float, count: int = 1) -> None:
        """Count calls."""
        for _ in range(min(count, self.limit)):
            insort(self._times, at)

    def move(self, at: float, to: float, count: int = 1) -> bool:
        """Count calls for another moment; return whether others may have waited for them."""
        first, was_full = bisect_left(self._times, at), len(self._times) >= self.limit
        last = first
        while last < len(self._times) and last - first < min(count, self.limit) and self._times[last] == at:
            last += 1
        del self._times[first:last]
        self.note(to, last - first)
        return was_full

    def is_empty(self, now: float) -> bool:
        """Tell whether no call counts any more."""
        self._forget(now)
        return not self._times

    def _forget(self, now: float) -> None:
        old = 0
        while old < len(self._times) and self._times[old] + self._seconds <= now:
            old += 1
        if old:
            del self._times[:old]


# What the rate aims at, below the limit: clocks differ a little.
AIM = 0.998
# The window of the overall limit is longer than a second, by a slot or by this: so much may the network move two calls
# towards each other.
SPARE_SECONDS = 0.01
LATE = 0.1  # seconds by which calls may be behind their even pace and still catch up: timers and other work are late
HELD_SECONDS = 1.0  # for which a call without an answer counts as one that comes just now, at most: it hangs, then
LEARNED = 0.02  # the share of each call in how long calls usually take: one standstill teaches little


class OverallPace(Protocol):
    """The pace of all calls together."""

    flood: Flood

    def begin(self, now: float) -> None:
        """Hear that a call could go after a time in which none could."""

    def want(self, waiting: int, count: int, now: float) -> None:
        """Hear how many calls could go, if it were for their chats alone, and how many messages the next one makes."""

    def free_at(self, now: float, count: int) -> float:
        """Return when a call of so many messages may go; infinity when only `on_change` will tell."""

    def take(self, now: float, count: int) -> float:
        """Count messages that go now; return the moment for which they count until arrived() tells it better."""

    def arrived(self, counted: float, at: float, count: int, now: float) -> bool:
        """Hear that the call that went `at` has its answer; return whether others may go earlier now."""

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call back when free_at() became earlier than it was, or the flood was learned of elsewhere."""


def window_of(rate: float) -> Window:
    """Return the bound for a rate a second: 31 at 30/s, 1 008 at 1 000/s."""
    seconds = 1 + max(SPARE_SECONDS, 1 / rate)
    return Window(math.ceil(rate * AIM * seconds), seconds)


class Arrivals:
    """The window of what arrives at Telegram, which counts it there: what waits on the way counts later than it went.

    When the network or Telegram stands still for half a second, all that went meanwhile arrives together, and with it
    what goes next. So a call counts for the moment at which it went only if its answer takes no longer than usual;
    for as much later as the answer is, else.
    """

    def __init__(self, rate: float) -> None:
        self._window = window_of(rate)
        self._spare = max(SPARE_SECONDS, 1 / rate)
        self._usual = NEVER  # seconds from call to answer

    @property
    def limit(self) -> int:
        """How many may go together."""
        return self._window.limit

    def free_at(self, now: float, count: int) -> float:
        """Return when so many may go."""
        return self._window.free_at(now, count)

    def note(self, now: float, count: int) -> float:
        """Count messages that go; return for which moment."""
        held = now + max(0.0, HELD_SECONDS - max(0.0, self._usual))
        self._window.note(held, count)
        return held

    def arrived(self, counted: float, at: float, count: int, now: float) -> bool:
        """Count them for the moment at which they arrived, at the latest; return whether others may go earlier now."""
        took = now - at
        if self._usual == NEVER:
            self._usual = took
        most = 2 * self._usual + self._spare
        late = took - self._usual if took > most else 0.0
        self._usual += LEARNED * (min(took, most) - self._usual)
        return self._window.move(counted, at + late, count)


class EvenPace:
    """The overall pace of one process: one call after another, never a full bucket at once."""

    def __init__(self, rate: float, *, flood: Flood | None = None, arrivals: Arrivals | None = None) -> None:
        self.rate = rate
        self.flood = flood or Flood()
        self._arrivals = arrivals or Arrivals(rate)
        self._next = NEVER

    def begin(self, now: float) -> None:
        """Let the first that waits begin a new row, with nothing to catch up on."""
        self._next = max(self._next, now)

    def want(self, waiting: int, count: int, now: float) -> None:
        """Know already."""

    def free_at(self, now: float, count: int) -> float:
        """Return when a call of so many messages may go."""
        return max(self._next, self.flood.until, self._arrivals.free_at(now, count))

    def take(self, now: float, count: int) -> float:
        """Count messages that go now; the time in which an album waited for room in the window has paid for it."""
        step = 1 / (self.rate * AIM * self.flood.factor(now))
        waited = (min(count, self._arrivals.limit) - 1) * step
        self._next = max(self._next, now - LATE - waited) + count * step
        return self._arrivals.note(now, count)

    def arrived(self, counted: float, at: float, count: int, now: float) -> bool:
        """Hear of an answer."""
        return self._arrivals.arrived(counted, at, count, now)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Never change by itself."""
