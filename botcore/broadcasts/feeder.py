"""The feeder: one process of all brings broadcasts forward and their cards up to date, see feeding.py and cards.py.

The others stand by.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from botcore import metrics
from botcore.broadcasts import cards, feeding
from botcore.database import in_database, is_away, patiently
from botcore.runtime.duty import Duty

logger = logging.getLogger(__name__)

DUTY = LOOP = "broadcasts"  # the lease, the label of failures and of the heartbeat
LOOK_SECONDS = 0.5


class Feeder:
    """Feeds for as long as this process has the duty. Two that do so for a moment wait for each other's row lock."""

    def __init__(self, owner: str) -> None:
        self._owner = owner

    async def run(self) -> None:
        """Feed until cancelled."""
        await Duty(DUTY, self._owner).run(self._work)

    async def _work(self) -> None:
        while True:
            async for attempt in patiently(LOOP):
                with attempt:
                    await self.look()
            metrics.HEARTBEAT.labels(LOOP).set_to_current_time()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Bring each broadcast forward as far as it goes now, then the cards; what fails does not hold up the rest."""
        works: list[Callable[[], Awaitable[None]]]
        works = [partial(self._bring_forward, pk) for pk in await in_database(feeding.wanting)]
        works.append(partial(in_database, cards.show_changes))
        failed: Exception | None = None
        for work in works:
            try:
                await work()
            except Exception as exc:
                if is_away(exc):
                    raise
                logger.info("a broadcast could not be brought forward, or the cards not be shown")
                failed = failed or exc
        if failed:
            raise failed  # it is recorded by keep_going(), which begins anew after a pause

    @staticmethod
    async def _bring_forward(pk: int) -> None:
        while await in_database(feeding.step, pk):
            pass
