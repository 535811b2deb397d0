"""A bounded cache with a lifetime, in which those who ask for the same at once share one call.

Own code, not a package: what is hard here (one call for all, an answer that is out of date when it comes) none has.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from telegram.error import BadRequest

from botcore import metrics

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MISSING_SECONDS = 15.0  # how long "not found" is believed
NOT_FOUND = ("not found", "participant_id_invalid", "user_id_invalid")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    """What is kept until that moment: a value, or the words of a "not found"."""

    until: float
    value: V | None = None
    missing: str = ""


class Cache(Generic[K, V]):
    """Keeps the `size` values that were asked for last, each for `seconds`."""

    def __init__(self, name: str, *, size: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._seconds = seconds
        self._clock = clock
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._flights: dict[K, asyncio.Task[V]] = {}
        self._requests = {result: metrics.CACHE_REQUESTS.labels(name, result) for result in metrics.CACHE_RESULTS}

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        """Return the value, fetched by the first who asks; its errors are everybody's, and only "not found" is kept."""
        if (entry := self._fresh(key)) is not None:
            self._requests["hit"].inc()
            if entry.missing:
                raise BadRequest(entry.missing)
            return entry.value  # type: ignore[return-value]  # None is a value if V has it
        flight = self._flights.get(key)
        self._requests["shared" if flight else "miss"].inc()
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fetch(key, fetch))
        return await asyncio.shield(flight)  # who gives up does not end it for the others

    def drop(self, key: K) -> None:
        """Forget a value; one that is being fetched goes to those who wait, and is not kept."""
        self._entries.pop(key, None)
        self._flights.pop(key, None)

    def drop_where(self, concerns: Callable[[K], bool]) -> None:
        """Forget all values whose key is concerned."""
        for key in [key for key in {*self._entries, *self._flights} if concerns(key)]:
            self.drop(key)

    def peek(self, key: K) -> V | None:
        """Return the value if it is there and fresh, without asking anybody."""
        entry = self._fresh(key)
        return entry.value if entry else None

    def _fresh(self, key: K) -> _Entry[V] | None:
        entry = self._entries.get(key)
        if entry is None or entry.until <= self._clock():
            return None
        self._entries.move_to_end(key)
        return entry

    async def _fetch(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        try:
            value = await fetch()
        except BadRequest as exc:
            if any(words in exc.message.lower() for words in NOT_FOUND):
                self._land(key, _Entry(self._clock() + MISSING_SECONDS, missing=exc.message))
            raise
        else:
            self._land(key, _Entry(self._clock() + self._seconds, value))
            return value
        finally:
            if self._flights.get(key) is asyncio.current_task():
                del self._flights[key]

    def _land(self, key: K, entry: _Entry[V]) -> None:
        if self._flights.get(key) is not asyncio.current_task():
            return  # it was dropped meanwhile: what came is out of date
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)
