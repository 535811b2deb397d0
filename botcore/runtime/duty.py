"""A duty that one process of many has at a time: elected by a lease, handed over at once on a clean stop."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from django.db import InterfaceError, OperationalError

from botcore.database import in_database
from botcore.runtime import services

logger = logging.getLogger(__name__)

LEASE_SECONDS = 7.0  # with the look every second, a dead process is replaced within 10 s
RENEW_SECONDS = 2.0
LOOK_SECONDS = 1.0  # for those who stand by, should the announcement not reach them
GIVE_UP_SECONDS = 2.0  # how long a stop waits for the database to free the duty


class Duty:
    """Does the work while it has the lease, else stands by."""

    def __init__(self, name: str, owner: str) -> None:
        self._name = name
        self._owner = owner
        self._until = float("-inf")
        self._free = asyncio.Event()

    @property
    def held(self) -> bool:
        """Does this process have the duty now?"""
        return time.monotonic() < self._until

    def look(self) -> None:
        """The duty may have become free."""
        self._free.set()

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work whenever the duty is ours, until cancelled or until the work ends."""
        while True:
            await self._stand_by()
            logger.info("took over: %s", self._name)
            working, keeping = asyncio.ensure_future(work()), asyncio.create_task(self._keep())
            try:
                await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                working.cancel()
                keeping.cancel()
                await asyncio.wait({working, keeping})
                await self._give_up()
            if not working.cancelled():
                working.result()
                return
            logger.warning("lost: %s", self._name)

    async def _stand_by(self) -> None:
        while not await self._take():
            self._free.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._free.wait()

    async def _keep(self) -> None:
        """Renew the lease; return when another process has it, or when it ran out without an answer."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not await self._take() and not self.held:
                return

    async def _take(self) -> bool:
        """Take or renew the lease; False while another has it or the database is away."""
        until = time.monotonic() + LEASE_SECONDS
        try:
            mine = await in_database(services.take_duty, self._name, self._owner, seconds=LEASE_SECONDS)
        except (OperationalError, InterfaceError):
            return False
        self._until = until if mine else float("-inf")
        return mine

    async def _give_up(self) -> None:
        if not self.held:
            return
        self._until = float("-inf")
        with contextlib.suppress(OperationalError, InterfaceError, TimeoutError):
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await in_database(services.give_up_duties, self._owner, self._name)
