"""The keeper: one process of all brings messages to the operators' group, see bringing.py; the others stand by."""

import asyncio
import logging

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.operators import bringing, group
from botcore.runtime.duty import Duty

logger = logging.getLogger(__name__)

DUTY = LOOP = "operators"  # the lease, the label of failures and of the heartbeat
LOOK_SECONDS = 1.0


class OperatorsKeeper:
    """Keeps the group for as long as this process has the duty."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._chat_id: int | None = None  # as it was at the last look

    async def run(self) -> None:
        """Keep it until cancelled."""
        await Duty(DUTY, self._owner).run(self._work)

    async def _work(self) -> None:
        self._chat_id = None
        while True:
            async for attempt in patiently(LOOP):
                with attempt:
                    await self.look()
            metrics.HEARTBEAT.labels(LOOP).set_to_current_time()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Follow the setting, then bring what waits; a group that is lost becomes an error, which alerts tell of."""
        chat_id = await in_database(group.followed)
        if chat_id != self._chat_id:
            await in_database(group.settle, chat_id)
            self._chat_id = chat_id
        if chat_id and (why := await in_database(bringing.look, chat_id)):
            logger.error("the operators' group %s is turned off: %s", chat_id, why)
