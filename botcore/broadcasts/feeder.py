"""The feeder: one process of all brings the broadcasts forward, see feeding.py; the others stand by."""

import asyncio
import logging

from botcore import metrics
from botcore.broadcasts import feeding
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
        """Bring each broadcast forward as far as it goes now; one that fails does not hold up the others."""
        failed: Exception | None = None
        for pk in await in_database(feeding.wanting):
            try:
                while await in_database(feeding.step, pk):
                    pass
            except Exception as exc:
                if is_away(exc):
                    raise
                logger.info("broadcast %s could not be brought forward", pk)
                failed = failed or exc
        if failed:
            raise failed  # it is recorded by keep_going(), which begins anew after a pause
