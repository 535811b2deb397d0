"""Lane: calls of one priority that wait for their turn, one chat after the other; what waits longer waits aside."""

import asyncio
import heapq
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import count

from botcore.connection.chat_limits import ChatPaces
from botcore.connection.patience import Patience


@dataclass(slots=True, eq=False)
class Waiter:
    """A call that waits: for how many messages, in whose pace, and how long it bears floods."""

    turn: asyncio.Future[tuple[float, float]]  # when it went, and for which moment it counts
    key: str | int
    count: int
    patience: Patience


class Lane:
    """Waiters by key (a chat); each key is either ready, in round robin, or waits in a heap for its own limit."""

    def __init__(self, paces: ChatPaces, *, burst: bool) -> None:
        self._paces = paces
        self._burst = burst
        self._queues: dict[str | int, OrderedDict[Waiter, None]] = {}  # ordered: whoever is cancelled leaves at once
        self._ready: deque[str | int] = deque()
        self._later: list[tuple[float, int, str | int]] = []
        self._numbers = count()
        self.waiting = 0

    def add(self, waiter: Waiter, now: float) -> None:
        """Let a call wait behind the others of its chat."""
        self.waiting += 1
        if queue := self._queues.get(waiter.key):
            queue[waiter] = None
            return
        listed = queue is not None
        self._queues[waiter.key] = OrderedDict([(waiter, None)])
        if not listed:
            self._list(waiter.key, now)

    def remove(self, waiter: Waiter) -> None:
        """Forget a call that no longer waits."""
        queue = self._queues.get(waiter.key)
        if queue and waiter in queue:
            del queue[waiter]
            self._left()

    def impatient(self, key: str | int | None, until: float, now: float) -> list[Waiter]:
        """Take out and return the calls of a chat (None: of all) that cannot bear a flood so long."""
        keys = self._queues if key is None else [key]
        gone = [w for k in keys for w in self._queues.get(k, ()) if not w.patience.bears(until, now)]
        for waiter in gone:
            self.remove(waiter)
        return gone

    def ready(self, now: float) -> int:
        """Return how many chats have a call that could go now."""
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])
        return len(self._ready)

    def head(self, now: float) -> Waiter | None:
        """Return the next call that its chat lets go now; None when all must wait for their chats."""
        while self._ready:
            key = self._ready[0]
            queue = self._queues[key]
            if not queue:  # its calls were cancelled
                del self._queues[key]
                self._ready.popleft()
                continue
            waiter = next(iter(queue))
            if waiter.turn.done():  # cancelled a moment ago
                self.remove(waiter)
            elif (free := self._paces.of(key, now).free_at(now, waiter.count, burst=self._burst)) > now:
                self._ready.popleft()
                self._put_aside(key, free)
            else:
                return waiter
        return None

    def pop(self, waiter: Waiter, now: float) -> None:
        """Take out what head() returned, counted in its chat's pace."""
        self._ready.popleft()
        del self._queues[waiter.key][waiter]
        self._paces.of(waiter.key, now).take(now, waiter.count)
        self._list(waiter.key, now)
        self._left()

    def next_at(self) -> float:
        """Return when a chat that had to wait is free: a time, or infinity."""
        return self._later[0][0] if self._later else float("inf")

    def _put_aside(self, key: str | int, until: float) -> None:
        heapq.heappush(self._later, (until, next(self._numbers), key))

    def _list(self, key: str | int, now: float) -> None:
        """Put a chat to the others that are ready, or aside until its own limit lets it go on."""
        queue = self._queues[key]
        if not queue:
            del self._queues[key]
        elif (free := self._paces.of(key, now).free_at(now, next(iter(queue)).count, burst=self._burst)) > now:
            self._put_aside(key, free)
        else:
            self._ready.append(key)

    def _left(self) -> None:
        self.waiting -= 1
        if not self.waiting:
            self._queues.clear()
            self._ready.clear()
            self._later.clear()
