"""The tally: counts errors of a process and says which of them are worth a full picture.

capture → tally → recorder. Ten thousand equal errors become a few records: counting never stops, pictures get rarer.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

ERROR = "error"  # the recorder's kind of record
FIRST = 5  # of a fingerprint, with a picture each; then every 2^k-th, and one every …
PICTURE_SECONDS = 1.0
FINGERPRINTS = 500  # that are remembered at once
USERS = 500  # different people that one record names

Put = Callable[[str, Mapping[str, Any]], None]


@dataclass(slots=True)
class _Count:
    """What is known of a fingerprint, and what is not yet told."""

    seen: int = 0
    pictured_at: float = float("-inf")
    untold: int = 0
    users: set[int] = field(default_factory=set)
    first_at: datetime | None = None
    last_at: datetime | None = None
    head: Mapping[str, Any] = field(default_factory=dict)

    def is_worth_a_picture(self, now: float) -> bool:
        """Tell whether this occurrence is one of the first, a 2^k-th, or the first for a second."""
        return self.seen <= FIRST or not self.seen & (self.seen - 1) or now - self.pictured_at >= PICTURE_SECONDS


class Tally:
    """Counts, from any thread; `put` takes the records."""

    def __init__(self, put: Put, clock: Callable[[], float] = time.monotonic) -> None:
        self._put = put
        self._clock = clock
        self.renew()

    def renew(self) -> None:
        """Begin anew: a fork's child must not tell again what its parent has counted."""
        self._lock = threading.Lock()
        self._inside = threading.local()  # does this thread hold the lock?
        self._late: deque[tuple[str, Mapping[str, Any], datetime, int | None]] = deque()
        self._counts: dict[str, _Count] = {}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            self._inside.now = True
            try:
                yield
            finally:
                self._inside.now = False

    def count(self, fingerprint: str, head: Mapping[str, Any], *, at: datetime, user_id: int | None) -> bool:
        """Count an occurrence; return whether a picture of it is wanted, which picture() then takes."""
        if getattr(self._inside, "now", False):  # the garbage collector, or a signal, met an error while we count
            self._late.append((fingerprint, head, at, user_id))
            return False
        with self._locked():
            count = self._counts.pop(fingerprint, None) or _Count()
            self._counts[fingerprint] = count  # the newest last
            count.seen += 1
            count.untold += 1
            count.head = head
            count.first_at = count.first_at or at
            count.last_at = at
            if user_id is not None and len(count.users) < USERS:
                count.users.add(user_id)
            wanted = count.is_worth_a_picture(self._clock())
            if wanted:
                count.pictured_at = self._clock()
            full = len(self._counts) > FINGERPRINTS
        if full:
            self._forget_oldest()
        return wanted

    def picture(self, fingerprint: str, event: Mapping[str, Any]) -> None:
        """Tell of an occurrence with its picture, and of those before it that were only counted."""
        with self._locked():
            if fingerprint not in self._counts:
                return  # five hundred others came in between; it is told already
            record = self._record(fingerprint)
        self._put(ERROR, {**record, "event": event})

    def flush(self) -> None:
        """Tell of what was only counted; to be called every second, and at the end."""
        while self._late:
            late, head, at, user_id = self._late.popleft()
            self.count(late, head, at=at, user_id=user_id)
        with self._locked():
            waiting = [self._record(fingerprint) for fingerprint, count in self._counts.items() if count.untold]
        for record in waiting:
            self._put(ERROR, record)

    def _record(self, fingerprint: str) -> dict[str, Any]:
        """Return what is untold, and count it as told."""
        count = self._counts[fingerprint]
        record = {
            **count.head,
            "fingerprint": fingerprint,
            "count": count.untold,
            "users": sorted(count.users),
            "first_at": count.first_at,
            "last_at": count.last_at,
            "event": None,
        }
        count.untold, count.users, count.first_at = 0, set(), None
        return record

    def _forget_oldest(self) -> None:
        with self._locked():
            oldest = next(iter(self._counts))
            record = self._record(oldest) if self._counts[oldest].untold else None
            del self._counts[oldest]
        if record:
            self._put(ERROR, record)
