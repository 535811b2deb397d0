"""Places for calls under way: the most urgent message gets the next one."""

import asyncio
import heapq
import itertools


class Slots:
    """A semaphore that lets the lowest priority number in first, and among equals the one that came first."""

    def __init__(self, count: int) -> None:
        self._count = self._free = count
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._count - self._free

    async def take(self, priority: int) -> None:
        """Wait for a place."""
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it came at the same moment
                self.give()
            raise

    def give(self) -> None:
        """Give a place to the next."""
        while self._waiting:
            *_, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
