"""A worker's leases: renewed while it works, and its handlers stopped before a lease ends that could not be."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError, connections

from botcore.cancellation import end, was_ended
from botcore.database import in_database, patiently
from botcore.exceptions import Postponed
from botcore.lanes.table import Held as Lane
from botcore.logs import in_context

logger = logging.getLogger(__name__)

RENEWALS = 4  # in one lease: two may fail before its handler is stopped
LOOKS = 20  # in one lease, at what is about to outlive it
TIDY_LOOKS = 2  # how many looks before the end a handler is stopped, to have time to tidy up
LOST = float("-inf")


@dataclass(slots=True)
class Held:
    """A lane from its claim until its completion is in the database; `until` is this process' view of the lease."""

    lane: Lane
    until: float
    task: asyncio.Task[Any] | None = None


class Leases:
    """What one worker holds. It counts a lease from before the database is asked: for others it ends later."""

    def __init__(self, seconds: float, *, renew: Callable[..., set[int]], loop: str, late: str) -> None:
        """`renew` is the store's, `loop` the label of its failures; `late` the log line for a task that is stopped."""
        self.seconds = seconds
        self._renew = renew
        self._loop = loop
        self._late = late
        self._held: dict[int, Held] = {}
        self._beside: threading.Thread | None = None

    @property
    def lanes(self) -> list[int]:
        """Return the lanes' keys in the database."""
        return list(self._held)

    def take(self, lanes: Sequence[Lane], *, asked_at: float) -> None:
        """Hold what was claimed by a question of that monotonic time."""
        self._held.update({lane.pk: Held(lane, asked_at + self.seconds) for lane in lanes})

    def work(self, lane: Lane) -> None:
        """The current task works on the lane: it must not outlive the lease. Raise Postponed when that is over."""
        held = self._held.get(lane.pk)
        if held is None:  # an outage of the database lay between claim and work
            raise Postponed(f"the lease of {lane} ended before its work began")
        held.task = asyncio.current_task()

    def give_back(self, lane: Lane) -> None:
        """Forget the lane, unless a newer claim of this process has it."""
        held = self._held.get(lane.pk)
        if held and held.lane.owner == lane.owner:
            del self._held[lane.pk]

    def is_ending(self, lane: Lane) -> bool:
        """Is the lease over, or about to be?"""
        return self._held[lane.pk].until - time.monotonic() < TIDY_LOOKS * self.seconds / LOOKS

    async def renew(self) -> None:
        """Prolong them until cancelled, with patience while the database is away."""
        while True:
            await asyncio.sleep(self.seconds / RENEWALS)
            self._forget_what_never_began()
            if held := self._begun():
                async for attempt in patiently(self._loop, longest=1.0):
                    with attempt:
                        await in_database(self._prolong, held)

    def _begun(self) -> list[Held]:
        return [holding for holding in list(self._held.values()) if holding.task]

    def _forget_what_never_began(self) -> None:
        """A bug between claim and work must not hold a lane for ever: its lease runs out, and anybody may go on."""
        now = time.monotonic()
        for pk, holding in list(self._held.items()):
            if holding.task is None and holding.until < now:
                logger.warning("the lease of %s ended before its work began", holding.lane)
                del self._held[pk]

    def renew_beside(self) -> None:
        """Prolong them when the loop has not for half a lease, because a handler blocks it; for another thread.

        Returns at once; the database is asked by a thread of its own, one at a time.
        """
        kept = [holding.until for holding in self._begun() if holding.until > LOST]
        due = min(kept, default=float("inf")) - time.monotonic() < self.seconds / 2
        if due and not (self._beside and self._beside.is_alive()):
            self._beside = threading.Thread(target=in_context(self._prolong_beside), name="leases", daemon=True)
            self._beside.start()

    def _prolong_beside(self) -> None:
        try:
            self._prolong(self._begun())
        except (DatabaseError, InterfaceError) as exc:
            logger.info("leases could not be renewed beside the loop: %s", str(exc).strip().split("\n")[0])
        except Exception:
            logger.exception("leases could not be renewed beside the loop")
        finally:
            connections.close_all()

    def _prolong(self, held: Sequence[Held]) -> None:
        asked_at = time.monotonic()
        renewed = self._renew([holding.lane for holding in held], lease_seconds=self.seconds)
        for holding in held:
            holding.until = asked_at + self.seconds if holding.lane.pk in renewed else LOST

    async def stop_late_handlers(self) -> None:
        """Stop handlers whose leases are about to end, until cancelled: another worker may go on with their lanes."""
        while True:
            await asyncio.sleep(self.seconds / LOOKS)
            for holding in self._held.values():
                task = holding.task
                if task and not task.done() and not was_ended(task) and self.is_ending(holding.lane):
                    logger.warning(self._late, task.get_name())
                    end(task)
