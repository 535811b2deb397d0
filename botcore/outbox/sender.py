"""The sender: claims lanes of the outbox, sends each chat's messages in order and chats in parallel.

A message is marked as being sent just before its call: after a crash only such ones are in doubt, never sent again.
"""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from botcore import metrics
from botcore.cancellation import end, is_being_ended
from botcore.database import in_database, patiently
from botcore.exceptions import Postponed
from botcore.lanes.leases import RENEWALS, Leases
from botcore.logs import begin, error_text
from botcore.loops import keep_going
from botcore.outbox import store
from botcore.outbox.journal import LOOP, Journal
from botcore.outbox.models import OutgoingState
from botcore.outbox.progress import Done, End, Sent
from botcore.outbox.slots import Slots
from botcore.outbox.store import ClaimedLane, Ready

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0  # how long a wake-up that was missed can go unnoticed; messages due later are looked for so often
EACH = 10  # messages of a lane in one claim
CLAIM_SECONDS = 2.0  # how long a stop waits for a claim under way: given up, its lanes would wait for their lease
CANCEL_SECONDS = 2.0  # how long a cancelled call may tidy up
GATHER_SECONDS = 0.03  # between claims: lanes that end together are replaced together
REFILL = 4  # lanes are replaced when one in so many is free; news are looked at whenever there is room
PATIENCE_SECONDS = 2.0  # a chat that must wait longer gives its place to others
CUT_SHORT = Sent(OutgoingState.UNCERTAIN, error="it was cut short before Telegram answered: it may have arrived")
NOT_SENT = Sent(OutgoingState.QUEUED)
NOT_BEGUN = Sent(OutgoingState.QUEUED, wait_seconds=0.5)  # somebody has locked or cancelled it

Deliver = Callable[[Ready], Awaitable[Sent]]


def no_pause(_message: Ready) -> float:
    """Let every chat have its next message at once."""
    return 0.0


class Sender:
    """One process' share of the outbox.

    `in_flight` calls go out at once: the rate times the seconds that a call takes, and not much more, because these
    are what a crash leaves in doubt. `pause` says how many seconds a message's chat must still wait for its limit.
    """

    def __init__(
        self,
        *,
        bot_id: int,
        owner: str,
        deliver: Deliver,
        in_flight: int = 16,
        pause: Callable[[Ready], float] = no_pause,
        lease_seconds: float = 20.0,
    ) -> None:
        self._bot_id = bot_id
        self._owner, self._claims = f"{owner}:{secrets.token_hex(4)}", itertools.count()
        self._deliver = deliver
        self._pause = pause
        self._lanes = 2 * in_flight  # while some calls go out, others' beginnings and ends are written
        self._slots = Slots(in_flight)
        self._leases = Leases(lease_seconds, renew=store.renew, loop=LOOP, late="%s is stopped with its lease")
        self._journal = Journal(bot_id, on_written=self._written, on_released=self._released)
        self._running: set[asyncio.Task[None]] = set()
        self._backlog = False
        self._may_take_over_at = time.monotonic()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """Tell the sender that there may be work."""
        self._wake.set()

    def renew_beside(self) -> None:
        """Keep the leases, should the event loop be blocked; for the watchdog's thread."""
        self._leases.renew_beside()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping.set()
        self._wake.set()

    async def run(self, *, stop_seconds: float) -> None:
        """Send until stop(); then let calls under way finish within the budget and give every lane back."""
        begin(action="outbox")
        async with asyncio.TaskGroup() as tasks:
            keepers = [
                tasks.create_task(keep_going(keep, f"sender: {keep.__qualname__}"))
                for keep in (self._leases.renew, self._leases.stop_late_handlers, self._journal.run)
            ]
            claiming = tasks.create_task(keep_going(self._claim_lanes, "sender: claiming"))
            await self._stopping.wait()
            await asyncio.wait({claiming}, timeout=CLAIM_SECONDS)
            claiming.cancel()
            await self._drain(stop_seconds)
            await self._journal.flush()
            for task in keepers:
                end(task)

    async def _claim_lanes(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._running = {task for task in self._running if not task.done()}  # should _lane_ended() have failed
            free = self._lanes - len(self._running)
            lanes = await self._claim(free) if free else []
            self._backlog = bool(lanes) or not free  # one look more than needed
            self._start(lanes)
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue  # look again, in case a wake-up was missed or a message became due
            if self._running:
                await asyncio.sleep(GATHER_SECONDS)

    def _start(self, lanes: Sequence[ClaimedLane]) -> None:
        """Start work on what was claimed; lanes that a bug keeps from it are given back."""
        begun = 0
        try:
            for lane in lanes:
                task = asyncio.create_task(self._send_lane(lane), name=f"the lane of chat {lane.chat_id}")
                self._running.add(task)
                begun += 1
                task.add_done_callback(partial(self._lane_ended, lane))
        except Exception:
            for lane in lanes[begun:]:  # should this fail, too, their leases run out
                self._journal.put(Done(lane, more=True, wait_seconds=PATIENCE_SECONDS))
            raise

    def _lane_ended(self, lane: ClaimedLane, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("%s was not given back; it goes on after its lease", task.get_name(), exc_info=error)
            self._leases.give_back(lane)

    async def _claim(self, free: int) -> list[ClaimedLane]:
        """Claim lanes; wait with growing patience while the database is away."""
        async for attempt in patiently(LOOP):
            if attempt.retry_state.attempt_number > 1:  # everybody's leases ran out: their holders may renew them
                self._may_take_over_at = time.monotonic() + self._leases.seconds / RENEWALS * 2
            with attempt:
                now = time.monotonic()
                lanes = await in_database(
                    store.claim,
                    self._bot_id,
                    owner=f"{self._owner}:{next(self._claims)}",
                    lanes=free,
                    each=EACH,
                    lease_seconds=self._leases.seconds,
                    held=self._leases.lanes,
                    take_over=now >= self._may_take_over_at,
                )
        self._leases.take(lanes, asked_at=now)
        metrics.HEARTBEAT.labels("sender").set_to_current_time()
        return lanes

    def _released(self, done: Done) -> None:
        self._leases.give_back(done.lane)
        self._backlog |= done.more and not done.wait_seconds

    def _written(self) -> None:
        """Claim again when enough has ended: a claim for each lane would cost more than its messages."""
        metrics.OUTGOING_IN_PROGRESS.set(self._slots.taken)
        if self._backlog and self._lanes - len(self._running) >= self._lanes // REFILL:
            self._wake.set()

    async def _send_lane(self, lane: ClaimedLane) -> None:
        """Send the lane's messages in order; the end of one is written with the beginning of the next."""
        handled, wait_seconds = 0, 0.0
        try:
            begin(chat_id=lane.chat_id)
            self._leases.work(lane)
            for message in lane.messages:
                if self._pause(message) > 0 and (wait_seconds := await self._wait_for_chat(message)):
                    break
                sent = await self._send(lane, message)
                if sent.state == OutgoingState.QUEUED:
                    wait_seconds = sent.wait_seconds
                    break
                handled += 1
        except Postponed:
            wait_seconds = PATIENCE_SECONDS
        except Exception:
            logger.exception("%s failed; it goes on later", lane)
            wait_seconds = PATIENCE_SECONDS
        finally:  # also when it is cancelled: the rest stays queued
            left = lane.more or handled < len(lane.messages)
            self._journal.put(Done(lane, more=left, wait_seconds=wait_seconds))

    async def _wait_for_chat(self, message: Ready) -> float:
        """Wait until the chat may have its next message; return the seconds when they are too many."""
        while (seconds := self._pause(message)) > 0:
            if seconds > PATIENCE_SECONDS:
                return seconds
            await asyncio.sleep(seconds)
        return 0.0

    async def _send(self, lane: ClaimedLane, message: Ready) -> Sent:
        """Begin and send one message; one that did not begin stays queued."""
        await self._slots.take(message.priority)
        try:
            if self._stopping.is_set() or self._leases.is_ending(lane):
                return NOT_SENT
            started_at = datetime.now(UTC)  # before the beginning: what fails after it leaves the message in doubt
            if not await self._begin(lane, message):
                return NOT_BEGUN
            try:
                sent = await self._deliver(message)
            except BaseException as exc:
                if is_being_ended():
                    self._end(lane, message, CUT_SHORT, started_at)
                    raise
                logger.exception("message %s could not be sent as it should", message.pk)
                sent = Sent(OutgoingState.UNCERTAIN, error=error_text(exc))
            self._end(lane, message, sent, started_at)
            logger.debug("message %s is %s", message.pk, sent.state)
            return sent
        finally:
            self._slots.give()

    async def _begin(self, lane: ClaimedLane, message: Ready) -> bool:
        try:
            return await self._journal.begin(lane, message)
        except BaseException:
            self._end(lane, message, NOT_SENT, datetime.now(UTC))  # the database may have it as being sent
            raise

    def _end(self, lane: ClaimedLane, message: Ready, sent: Sent, started_at: datetime) -> None:
        self._journal.put(End(lane, message, sent, started_at, datetime.now(UTC)))

    async def _drain(self, seconds: float) -> None:
        """Give calls under way their time, then cancel them."""
        tasks = set(self._running)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            logger.warning("%s was stopped; the message under way is uncertain", task.get_name())
            end(task)
        if late:
            await asyncio.wait(late, timeout=CANCEL_SECONDS)
