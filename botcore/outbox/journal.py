"""The journal: a sender's way to the database. What ends and begins within some milliseconds is one transaction."""

import asyncio
import itertools
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError

from botcore import metrics
from botcore.database import in_database, patiently
from botcore.outbox import store
from botcore.outbox.models import OutgoingState
from botcore.outbox.progress import Advanced, Begin, Done, End, Sent, advance
from botcore.outbox.store import ClaimedLane, Ready

logger = logging.getLogger(__name__)

BATCH = 500
GATHER_SECONDS = 0.03  # how long what happened waits for more to share a transaction
FLUSH_SECONDS = 5.0  # how long a stop waits for the database
UNSTORABLE = Sent(OutgoingState.UNCERTAIN, error="what became of it could not be stored; the log has it")
LOOP = "sender"  # the label of the database's failures


@dataclass(slots=True)
class Asked:
    """A message that may begin once the database has it as being sent."""

    begin: Begin
    answer: asyncio.Future[bool]


Entry = Asked | End | Done


class Journal:
    """Writes in the order of what happened; while the database is away, nothing begins and every end is kept."""

    def __init__(self, bot_id: int, *, on_written: Callable[[], None], on_released: Callable[[Done], None]) -> None:
        self._bot_id = bot_id
        self._on_written = on_written
        self._on_released = on_released
        self._entries: deque[Entry] = deque()  # an asyncio.Queue costs twice as much
        self._news, self._all_written = asyncio.Event(), asyncio.Event()
        self._all_written.set()
        self._hurry = False

    async def begin(self, lane: ClaimedLane, message: Ready) -> bool:
        """Return whether the message is marked as being sent; cancelled, it may be: put its end then."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._put(Asked(Begin(lane, message), answer))
        return await answer

    def put(self, entry: End | Done) -> None:
        """Take what happened; it is written soon."""
        self._put(entry)

    def _put(self, entry: Entry) -> None:
        self._all_written.clear()
        self._news.set()
        self._entries.append(entry)  # last: what fails before it leaves no entry that nobody waits for

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._news.wait()
            if not self._hurry:
                await asyncio.sleep(GATHER_SECONDS)
            batch = list(itertools.islice(self._entries, BATCH))
            await self._write(batch)
            for _ in batch:  # they stay until they are written: who waits for all waits for these, too
                self._entries.popleft()
            if not self._entries:
                self._news.clear()
                self._all_written.set()
            self._on_written()

    async def flush(self) -> None:
        """Wait until everything is in the database, and tell the other processes; else it is in doubt."""
        self._hurry = True
        try:
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._all_written.wait()
                await in_database(store.hand_over, self._bot_id)
        except (TimeoutError, DatabaseError, InterfaceError):
            logger.warning("the database is away: what was sent last will be marked as uncertain")

    async def _write(self, batch: Sequence[Entry]) -> bool:
        """Write a batch; one that the database refuses is tried entry by entry, so that only one is left behind.

        Return whether the database took everything.
        """
        asked = [entry for entry in batch if isinstance(entry, Asked) and not entry.answer.done()]
        ends = [entry for entry in batch if isinstance(entry, End)]
        done = [entry for entry in batch if isinstance(entry, Done)]
        taken = True
        try:
            async for attempt in patiently(LOOP):
                with attempt:
                    written = await in_database(advance, [entry.begin for entry in asked], ends, done)
        except Exception:
            if len(batch) > 1:
                alone = [await self._write([entry]) for entry in batch]
                if all(alone):  # else the log has the cause already
                    logger.exception("entries of the outbox' journal could not be written together, but one by one")
                return all(alone)
            taken = False
            logger.exception("the database refuses an entry of the outbox' journal: %s", batch[0])
            if isinstance(batch[0], End) and batch[0].sent is not UNSTORABLE:
                await self._write([batch[0]._replace(sent=UNSTORABLE)])
                return False
            written = Advanced(frozenset(), frozenset())
        self._answer(asked, ends, done, written)
        return taken

    def _answer(self, asked: Sequence[Asked], ends: Sequence[End], done: Sequence[Done], written: Advanced) -> None:
        for (priority, state), count in Counter((end.message.priority, end.sent.state) for end in ends).items():
            metrics.OUTGOING.labels(metrics.PRIORITIES[priority], state.value).inc(count)
        for entry in asked:
            if not entry.answer.done():
                entry.answer.set_result(entry.begin.message.pk in written.begun)
        for released in done:
            if released.lane.pk in written.lost:
                metrics.LEASES_LOST.inc()
                logger.warning("lease lost: another sender has the lane of chat %s", released.lane.chat_id)
            self._on_released(released)
