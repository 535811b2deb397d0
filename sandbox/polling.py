"""The getUpdates side of one bot: long polls that are held, and the rules against hot loops and second pollers.

Follows `process_get_updates_query` and `fail_query_conflict` of telegram-bot-api's Client.cpp.
"""

import asyncio
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import ApiError, conflict
from sandbox.updates import UpdateQueue

TERMINATED_BY_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOT_LOOP_SECONDS = 3
SAME_BREATH_SECONDS = 0.5
CONFLICT_SPACING_SECONDS = 3
MOMENT_SECONDS = 0.001  # Client.cpp: LONG_POLL_WAIT_AFTER, and twice that at most


class Poller:
    """Serves one bot's getUpdates; at most one request is held at a time."""

    def __init__(self, queue: UpdateQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._held: asyncio.Future[ApiError | None] | None = None
        self._moment: asyncio.TimerHandle | None = None
        self._another = False
        self._previous: tuple[int, float] | None = None
        self._next_prompt_conflict = 0.0

    async def poll(self, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:  # noqa: ASYNC109
        """Return the next updates, waiting up to timeout seconds for the first one."""
        self.terminate(conflict(TERMINATED_BY_POLLER))
        limit, timeout = self._against_hot_loops(offset, limit, timeout)
        found = self._queue.take(offset, limit, self._clock.now())
        if found or not timeout:
            return found
        await self._hold(timeout)
        return self._queue.take(offset, limit, self._clock.now())

    def wake(self) -> None:
        """Tell the held request that there is something to fetch; it waits a moment for what comes together with it."""
        if self._held is None or self._held.done():
            return
        self._another = self._moment is not None
        if self._moment is None:
            self._moment = asyncio.get_running_loop().call_later(MOMENT_SECONDS, self._end_moment)

    def _end_moment(self) -> None:
        """Answer now, or one moment later if more has come meanwhile."""
        if self._another:
            self._moment = asyncio.get_running_loop().call_later(MOMENT_SECONDS, self._release, None)
            return
        self._release(None)

    def terminate(self, error: ApiError) -> None:
        """End the held request with this error."""
        self._release(error)

    async def refuse(self, error: ApiError) -> None:
        """Raise a conflict: the first at once, further ones within three seconds only after three seconds."""
        now = self._clock.now()
        if now < self._next_prompt_conflict:
            await self._clock.wait(asyncio.get_running_loop().create_future(), CONFLICT_SPACING_SECONDS)
        else:
            self._next_prompt_conflict = now + CONFLICT_SPACING_SECONDS
        raise error

    async def _hold(self, seconds: int) -> None:
        held: asyncio.Future[ApiError | None] = asyncio.get_running_loop().create_future()
        self._held = held
        try:
            await self._clock.wait(held, seconds)
        finally:
            if self._held is held:
                self._held = None
                self._forget_moment()
        error = held.result() if held.done() else None
        if error and error.status == 409:
            await self.refuse(error)
        if error:
            raise error

    def _forget_moment(self) -> None:
        if self._moment:
            self._moment.cancel()
        self._moment, self._another = None, False

    def _release(self, outcome: ApiError | None) -> None:
        self._forget_moment()
        if self._held and not self._held.done():
            self._held.set_result(outcome)

    def _against_hot_loops(self, offset: int, limit: int, seconds: int) -> tuple[int, int]:
        now = self._clock.now()
        previous, self._previous = self._previous, (offset, now)
        if previous is None or previous[0] != offset:
            return limit, seconds
        since = now - previous[1]
        if since < SAME_BREATH_SECONDS:
            limit = 1
        if since < HOT_LOOP_SECONDS:
            seconds = max(seconds, HOT_LOOP_SECONDS)
        return limit, seconds
