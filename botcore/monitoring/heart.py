"""A bot process' heart: writes its heartbeat every few seconds, with its counters, and buries dead siblings."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from django.db import connection

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.inbox.takeover import bury_the_dead
from botcore.instruments import DECLARED
from botcore.monitoring.pool import note_pool
from botcore.monitoring.services import Beat, beat
from botcore.monitoring.writer import text_of
from botcore.tell import Tell

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
WORTH_SAYING = 1.0  # seconds; a lock that passed is no outage


class Heart:
    """Beats until cancelled; `look` adds to what is said what is true at the moment."""

    def __init__(self, said: Beat, *, look: Callable[[Beat], Beat], tell: Tell) -> None:
        self.said = said
        self._look = look
        self._tell = tell
        self._beaten_at: float | None = None
        self.clock_skew: float | None = None  # this machine's clock minus the database's, at the last beat

    async def run(self) -> None:
        """Beat for ever, with patience while the database is away."""
        while True:
            away_since: float | None = None
            async for attempt in patiently("heartbeat"):
                if attempt.retry_state.attempt_number == 2:
                    away_since = time.monotonic()
                with attempt:
                    await self.beat("running")
                    await self.bury()
            if away_since is not None and (away := time.monotonic() - away_since) >= WORTH_SAYING:
                self._tell("database", f"The database was away for {away:.0f} s; nothing is lost.", level="warning")
            await asyncio.sleep(BEAT_SECONDS)

    def age(self) -> float | None:
        """Return the seconds since the database took the last beat; None before the first."""
        return None if self._beaten_at is None else time.monotonic() - self._beaten_at

    async def beat(self, state: str) -> None:
        """Write one heartbeat."""
        self.said = replace(self._look(self.said), state=state)
        note_pool(connection)
        self.clock_skew = await in_database(beat, replace(self.said, metrics=text_of(DECLARED[metrics.REGISTRY])))
        self._beaten_at = time.monotonic()
        metrics.HEARTBEAT.labels("heart").set_to_current_time()

    async def bury(self) -> None:
        """Free what processes held that ended without a word."""
        if self.said.bot_id is None:  # not yet known; so nothing of it is held by anybody
            return
        for process in await in_database(bury_the_dead, self.said.bot_id, process=self.said.process):
            self._tell("died", f"The process {process} ended without stopping; what it held goes on.", level="error")
