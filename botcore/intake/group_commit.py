"""Group commit: updates that come in at the same moment share one transaction; each caller returns after its commit."""

import asyncio

from botcore.database import in_database
from botcore.inbox import store
from botcore.inbox.envelope import Envelope
from botcore.intake.arrivals import note_arrivals

BATCH = 200


class GroupCommit:
    """Collects while the previous transaction runs: no artificial wait, and the busier it is the larger the batches."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._waiting: asyncio.Queue[tuple[Envelope, asyncio.Future[None]]] = asyncio.Queue()

    async def accept(self, envelope: Envelope) -> None:
        """Return when the update is in the database; raise the database's error when it is not."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((envelope, committed))
        await committed

    async def run(self) -> None:
        """Commit until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            try:
                while not self._waiting.empty() and len(batch) < BATCH:
                    batch.append(self._waiting.get_nowait())
                await self._commit(batch)
            finally:
                for _, committed in batch:  # whoever was not told, because this loop failed, must not wait for ever
                    committed.cancel()

    async def _commit(self, batch: list[tuple[Envelope, asyncio.Future[None]]]) -> None:
        error: Exception | None = None
        try:
            new = await in_database(store.accept, self._bot_id, [envelope for envelope, _ in batch])
            note_arrivals(new, delivered=len(batch))
        except Exception as exc:  # each caller gets it; the next batch must find somebody who commits
            error = exc
        for _, committed in batch:
            if committed.done():  # its caller went away
                continue
            if error:
                committed.set_exception(error)
            else:
                committed.set_result(None)
