"""Slots: the moments that the database gave to this process (budget.py), and which of them a call uses.

One message goes at one slot. An album goes at one, too, with as many before and after it that nobody uses: so no
second, wherever it begins, has more than the rate and one.
"""

import math
from collections import deque
from collections.abc import Iterable

SECOND = 1.0  # the limit's
REACH = SECOND / 2  # from an album, in which slots must lie that it keeps free; a longer row must be unbroken


class Slots:
    """What is held: slots to come, those that passed unused a moment ago, and what a long list owes."""

    def __init__(self, limit: int, step: float) -> None:
        self.step = step  # seconds from slot to slot
        self._limit = limit  # messages that may go together; longer lists wait for an empty second, and owe the rest
        self._coming: deque[float] = deque()
        self._passed: deque[float] = deque()
        self._owed = 0

    def __len__(self) -> int:
        return len(self._coming)

    def add(self, times: Iterable[float]) -> None:
        """Take over what was handed out; what is owed goes first."""
        new = list(times)
        paid = min(self._owed, len(new))
        self._owed -= paid
        self._coming.extend(new[paid:])

    def clear(self) -> None:
        """Give up all that is held."""
        self._coming.clear()
        self._passed.clear()

    def let_pass(self, now: float, late: float) -> None:
        """Let go of slots that are over by so much; an album may still count them for a second."""
        while self._coming and self._coming[0] < now - late:
            self._passed.append(self._coming.popleft())
        while self._passed and self._passed[0] < now - SECOND:
            self._passed.popleft()

    def free_at(self, count: int, *, alone: bool) -> float:
        """Return the slot for so many messages; infinity while too few are held. `alone`: nobody sent just before."""
        place = self._place(count, alone=alone)
        return float("inf") if place is None else self._coming[place]

    def take(self, count: int, *, alone: bool) -> None:
        """Use that slot; those around an album are used up with it."""
        place, gap = self._place(count, alone=alone) or 0, self._gap(count)
        for _ in range(place + 1 + gap):
            self._coming.popleft()
        if gap:
            self._passed.clear()
            self._owed += max(0, count - (1 if alone else 1 + gap) - gap)

    @property
    def owed(self) -> int:
        """How many slots to ask for now, only to let them pass."""
        return min(self._owed, self._a_second())

    def missing(self, count: int, *, alone: bool) -> int:
        """Return how many slots to ask for, so that so many messages may go together."""
        if self._place(count, alone=alone) is not None:
            return 0
        gap = self._gap(count)
        before = 0 if alone else gap
        lacking = max(0, before - len(self._passed)) + 1 + gap - len(self._coming)
        return lacking if lacking > 0 else before + 1 + gap  # enough, but too far from each other

    def _gap(self, count: int) -> int:
        """Return how many slots stay free on either side of so many messages."""
        return min(count, self._limit, self._a_second() + 1) - 1

    def _a_second(self) -> int:
        return math.ceil(SECOND / self.step)

    def _place(self, count: int, *, alone: bool) -> int | None:
        """Return which of the slots to come so many messages may use."""
        if not (gap := self._gap(count)):
            return 0 if self._coming else None
        before, reach = 0 if alone else gap, max(REACH, (gap + 0.5) * self.step)
        times = [*self._passed, *self._coming]
        for place in range(max(len(self._passed), before), len(times) - gap):
            if max(times[place] - times[place - before], times[place + gap] - times[place]) <= reach:
                return place - len(self._passed)
        return None
