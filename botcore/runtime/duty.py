"""A duty that one process of many has at a time: elected by a lease, handed over at once on a clean stop."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from django.db import DatabaseError, InterfaceError

from botcore.database import in_database, is_away
from botcore.runtime import services

logger = logging.getLogger(__name__)

LEASE_SECONDS = 7.0  # with the look every second, a dead process is replaced within 10 s
RENEWALS = 3.5  # in one lease: it survives two that fail
LOOK_SECONDS = 1.0  # for those who stand by, should the announcement not reach them
GIVE_UP_SECONDS = 2.0  # how long a stop waits for the database to free the duty


class Duty:
    """Does the work while it has the lease, else stands by."""

    def __init__(self, name: str, owner: str, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._name = name
        self._owner = owner
        self._lease_seconds = lease_seconds
        self._until = float("-inf")
        self._free = asyncio.Event()
        self._asking: asyncio.Task[bool] | None = None

    @property
    def held(self) -> bool:
        """Does this process have the duty now?"""
        return time.monotonic() < self._until

    def look(self) -> None:
        """The duty may have become free."""
        self._free.set()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work whenever the duty is ours, until cancelled or until the work ends."""
        try:
            while not await self._serve(work):
                logger.warning("lost: %s", self._name)
        finally:
            await self._give_up()

    async def _serve(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Wait for the duty and do the work; return whether the work ended, False when the duty was lost."""
        await self._stand_by()
        logger.info("took over: %s", self._name)
        working, keeping = asyncio.ensure_future(work()), asyncio.create_task(self._keep())
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            keeping.cancel()
            await asyncio.wait({working, keeping})
        if not working.cancelled():
            working.result()
            return True
        if not keeping.cancelled():
            keeping.result()
        return False

    async def _stand_by(self) -> None:
        while True:
            self._free.clear()
            if await self._take():
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._free.wait()

    async def _keep(self) -> None:
        """Renew the lease; return when another process has it, or when it ran out without an answer."""
        while self.held:
            await asyncio.sleep(self._lease_seconds / RENEWALS)
            with contextlib.suppress(TimeoutError):  # a database that hangs must not keep the work going
                async with asyncio.timeout(max(0.0, self._until - time.monotonic())):
                    await self._take()

    async def _take(self) -> bool:
        """Take or renew the lease; False while another has it or the database is away.

        Cancelling a call to the database does not end it, so it is a task, which the next call and the end wait for.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> bool:
        until = time.monotonic() + self._lease_seconds
        try:
            mine = await in_database(services.take_duty, self._name, self._owner, seconds=self._lease_seconds)
        except (DatabaseError, InterfaceError) as exc:
            if not is_away(exc):
                raise
            return False
        self._until = until if mine else float("-inf")
        return mine

    async def _give_up(self) -> None:
        with contextlib.suppress(DatabaseError, InterfaceError, TimeoutError):
            async with asyncio.timeout(GIVE_UP_SECONDS):
                if self._asking:
                    await asyncio.wait({self._asking})
                if self.held:
                    self._until = float("-inf")
                    await in_database(services.give_up_duties, self._owner, self._name)
