"""FloodMemory: long floods, kept in the database and brought back at a start."""

import asyncio
import logging
from collections.abc import Callable

from botcore.connection.limiter import OVERALL, PAID
from botcore.database import in_database, patiently
from botcore.runtime.floods import note_flood, remembered

logger = logging.getLogger(__name__)

LONG_SECONDS = 60.0  # a chat's shorter floods are over before another process would need to know
MOST = 1000  # notes that wait for the database


class FloodMemory:
    """Writes what it is told, reads what others wrote, until cancelled; the database may be away."""

    def __init__(self) -> None:
        self._notes: dict[str, float] = {}  # when the flood of a scope ends
        self._noted = asyncio.Event()

    def note(self, scope: str, seconds: float) -> None:
        """Remember a flood; returns at once."""
        known = scope in self._notes or len(self._notes) < MOST
        if known and (scope in {OVERALL, PAID} or seconds >= LONG_SECONDS):
            self._notes[scope] = asyncio.get_running_loop().time() + seconds
            self._noted.set()

    async def run(self, bot_id: int, recall: Callable[[str, float, float], None]) -> None:
        """Bring back what is remembered, then write."""
        async for attempt in patiently("budget"):
            with attempt:
                for said in await in_database(remembered, bot_id):
                    recall(said.scope, said.seconds, said.factor)
        while True:
            await self._noted.wait()
            async for attempt in patiently("budget"):
                with attempt:
                    await self._write(bot_id)

    async def _write(self, bot_id: int) -> None:
        self._noted.clear()
        for scope, until in list(self._notes.items()):
            left = max(0.0, until - asyncio.get_running_loop().time())
            await in_database(note_flood, bot_id, scope, left)
            if self._notes.get(scope) == until:
                del self._notes[scope]
