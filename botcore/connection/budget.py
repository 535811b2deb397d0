"""SharedPace: the overall pace of all processes of a bot, handed out in short stretches by the database.

Only what waits is asked for, about 100 ms ahead at most, so an idle process holds nothing and a reply elsewhere waits
for little. While the database is away each process goes on alone, with a small share of the rate, which it asks for all
the same: where the question arrives, though late, others leave room for it.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable

from django.db import Error as DatabaseError

from botcore import metrics
from botcore.connection.pace import AIM, LATE, NEVER, Arrivals, EvenPace, Flood
from botcore.connection.slots import SECOND, Slots
from botcore.database import in_database
from botcore.runtime.store import Stretch, take_slots

logger = logging.getLogger(__name__)

STRETCH_SECONDS = 0.05  # of the rate are asked for at once; the next when one is left: two at most are held
LONGEST_STRETCH = 0.3  # seconds, while answers take long: else slots would run out before the next ones come
ANSWER_SECONDS = 0.5  # then the database counts as away: replies shall not wait for it
STALL_SECONDS = 0.02  # by which a timer is late when the event loop stood still: that says nothing of the database
QUIET_SECONDS = 2.0  # before a process sends alone: others, who have a database, leave room for it by then
AGAIN_SECONDS = 0.7  # from question to question while it is away: each second then has one, though it comes late
RETURN_SECONDS = 5.0  # for which a process goes on alone when it answers again: others, whose pool waits, come later
LOOK_SECONDS = 5.0  # without a wish; an outage and the number of processes are known before the next reply
ALONE_AFTER = 2.0  # seconds without slots that others took
CLOCK_SET = 1.0  # seconds by which the database's clock differs from itself: somebody set it
QUESTIONS = 2  # at a time, while answers come late: with 1.4 s for one there is still a question each second
UNSEEN, FEWEST = 4, 2  # processes: before the database told how many there are; a second one may be new


async def ask_database(bot_id: int, scope: str, *, slots: int, rate: float, process: str) -> Stretch:
    """Take slots in a database thread."""
    return await in_database(take_slots, bot_id, scope, slots=slots, rate=rate, process=process)


class SharedPace:
    """An OverallPace whose slots come from the database while `run()` runs."""

    def __init__(
        self, rate: float, *, scope: str, process: str, ask: Callable[..., Awaitable[Stretch]] = ask_database
    ) -> None:
        self._rate = rate
        self._scope = scope
        self._process = process
        self._ask = ask
        self.flood = Flood()
        self._arrivals = Arrivals(rate)
        self._slots = Slots(self._arrivals.limit, 1 / (rate * AIM))
        self._block = 1
        self._waiting, self._count = 0, 1  # calls that could go, and the messages of the next one
        self._wanted = asyncio.Event()
        self._crowded_until = 0.0
        self._took = 0.0  # seconds that answers take; slow ones are remembered for a while
        self._offsets: deque[float] = deque(maxlen=8)  # from the database's clock to the loop's, an answer's way longer
        self._processes = UNSEEN
        self._sent_alone = 0  # messages since the last question
        self._back_at = NEVER  # when a process that was alone takes slots again
        self._changed: Callable[[], None] = lambda: None
        self._alone: EvenPace | None = self._alone_pace()

    def begin(self, now: float) -> None:
        """Pass it on to the pace that is used without a database."""
        if self._alone:
            self._alone.begin(now)

    def want(self, waiting: int, count: int, now: float) -> None:
        """Ask for as many slots as calls could go, or as an album that is next needs."""
        self._waiting, self._count = waiting, count
        if self._needed(now):
            self._wanted.set()

    def free_at(self, now: float, count: int) -> float:
        """Return when a call of so many messages may go; infinity until slots arrive."""
        if self._alone:
            return self._alone.free_at(now, count)
        if self.flood.until > now:  # then slots are asked for
            return self.flood.until
        self._let_pass(now)
        at = self._slots.free_at(count, alone=self._has_all(now))
        return max(at, self._arrivals.free_at(now, count))

    def take(self, now: float, count: int) -> float:
        """Use a slot; for an album several."""
        if self._alone:
            self._sent_alone += count
            return self._alone.take(now, count)
        self._slots.take(count, alone=self._has_all(now))
        return self._arrivals.note(now, count)

    def arrived(self, counted: float, at: float, count: int, now: float) -> bool:
        """Hear of an answer."""
        return self._arrivals.arrived(counted, at, count, now)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call back when slots arrive."""
        self._changed = callback

    async def run(self, bot_id: int) -> None:
        """Fetch slots until cancelled."""
        try:
            self._crowded_until = asyncio.get_running_loop().time() + ALONE_AFTER
            due = True
            while True:
                while due or self._needed(asyncio.get_running_loop().time()):
                    due = False
                    await self._fetch(bot_id)
                    await self._ask_alone(bot_id)
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wanted.wait()
                except TimeoutError:
                    due = True
                self._wanted.clear()
        finally:
            self._go_alone()
            self._changed()

    async def _ask_alone(self, bot_id: int) -> None:
        """Ask from time to time, until slots may be used again."""
        asking: set[asyncio.Task[None]] = set()
        try:
            while self._alone:
                most = QUESTIONS if self._took > AGAIN_SECONDS else 1  # what hangs shall not take more threads
                if len(asking) < most:
                    asking.add(asyncio.create_task(self._fetch(bot_id)))
                await asyncio.sleep(AGAIN_SECONDS)
                for task in [task for task in asking if task.done()]:
                    asking.remove(task)
                    task.result()
        finally:
            for task in asking:
                task.cancel()

    async def _fetch(self, bot_id: int) -> None:
        """Ask the database; when it hangs, wait for the same call."""
        loop = asyncio.get_running_loop()
        asked = loop.time()
        slots = self._share_ahead() if self._alone else self._needed(asked)
        asking = asyncio.ensure_future(
            self._ask(bot_id, self._scope, slots=slots, rate=self._rate * AIM, process=self._process)
        )
        try:
            answered, _ = await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
            stalled = loop.time() - asked > ANSWER_SECONDS + STALL_SECONDS
            if stalled and not answered:
                answered, _ = await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
            if not answered:
                self._away("no answer")
            stretch = await asking
        except DatabaseError as exc:
            self._away(str(exc).strip().split("\n")[0])
            return
        finally:
            asking.cancel()
        self._took = max(loop.time() - asked, self._took * 0.9)
        self._hear(stretch, slots, asked, stalled=stalled)

    def _hear(self, stretch: Stretch, slots: int, asked: float, *, stalled: bool) -> None:
        """Take over what the database said, and the slots, unless they come too late or too soon after an outage."""
        now = asyncio.get_running_loop().time()
        self._processes = stretch.processes
        if stretch.taken_by != self._process:
            self._crowded_until = now + ALONE_AFTER
        self._slots.step = stretch.step
        self._block = max(1, int(min(max(STRETCH_SECONDS, 2 * self._took), LONGEST_STRETCH) / stretch.step))
        if stretch.factor != self.flood.lowered:  # others learned of a flood, or the rate recovered
            self.flood.lowered, self.flood.since = stretch.factor, now
        if stretch.flooded:
            self.flood.until = now + stretch.flooded
        if now - asked > ANSWER_SECONDS:
            if not stalled:
                self._away("a late answer")
            return
        first = stretch.clock + stretch.starts_in + self._offset(now - stretch.clock)
        if self._alone:  # these slots make room for what it sent alone
            self._come_back(now)
        elif not stretch.flooded:
            self._slots.add(first + number * stretch.step for number in range(slots))
        self._changed()

    def _offset(self, seen: float) -> float:
        """Return the clocks' difference: the least of the last answers, for each took some time to come."""
        if self._offsets and abs(seen - min(self._offsets)) > CLOCK_SET:
            self._offsets.clear()
        self._offsets.append(seen)
        return min(self._offsets)

    def _needed(self, now: float) -> int:
        """Return how many slots to ask for now: none while enough are held, or during a flood that is known of."""
        if self._alone or self.flood.until > now:
            return 0
        self._let_pass(now)
        if self._count > 1:
            return self._slots.owed + self._slots.missing(self._count, alone=self._has_all(now))
        held = len(self._slots)
        return self._slots.owed + (0 if held > self._block else max(0, min(self._block, self._waiting - held)))

    def _let_pass(self, now: float) -> None:
        """Let go of slots that are over.

        With others, a call may be late by less than a slot, or than a hundredth of a second: so all together never
        have more than the rate and one, or a hundredth, in any second. Alone, the window holds that bound.
        """
        self._slots.let_pass(now, LATE if self._has_all(now) else max(1 / self._rate, 0.01) * 0.9)

    def _has_all(self, now: float) -> bool:
        """Tell whether nobody else has had slots lately."""
        return now >= self._crowded_until

    def _away(self, reason: str) -> None:
        metrics.DATABASE_ERRORS.labels("budget").inc()
        self._back_at = float("inf")
        if not self._alone:
            self._go_alone(quiet=QUIET_SECONDS)
            logger.warning("the %s budget's database is away, %g/s meanwhile: %s", self._scope, self._share, reason)
        self._changed()

    def _go_alone(self, *, quiet: float = 0.0) -> None:
        self._slots.clear()
        self._alone = self._alone_pace()
        self._alone.begin(asyncio.get_running_loop().time() + quiet)

    def _come_back(self, now: float) -> None:
        """Take slots again, when the database has answered for long enough."""
        self._back_at = min(self._back_at, now + RETURN_SECONDS)
        if now >= self._back_at:
            logger.info("the database hands out the %s budget", self._scope)
            self._alone = None
        elif self._alone:
            self._alone.rate = self._share

    def _alone_pace(self) -> EvenPace:
        return EvenPace(self._share, flood=self.flood, arrivals=self._arrivals)

    def _share_ahead(self) -> int:
        """Return how many slots a process that is alone asks for: what it may send in the next second, not to use."""
        ahead, self._sent_alone = min(math.ceil(self._share * SECOND), self._waiting + self._sent_alone), 0
        return ahead

    @property
    def _share(self) -> float:
        """The rate without a database: all together at most half, for some may have theirs still."""
        return self._rate / 2 / max(FEWEST, self._processes)
