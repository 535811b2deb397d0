"""SharedPace: the overall pace of all processes of a bot, handed out in short stretches by the database.

Only what waits is asked for, about 100 ms ahead at most, so an idle process holds nothing and a reply elsewhere waits
for little. While the database is away each process goes on alone, with its share of the rate.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from django.db import Error as DatabaseError

from botcore import metrics
from botcore.connection.pace import AIM, LATE, EvenPace, Flood, window_of
from botcore.database import in_database
from botcore.runtime.store import Stretch, take_slots

logger = logging.getLogger(__name__)

STRETCH_SECONDS = 0.05  # of the rate are asked for at once; the next when one is left: two at most are held
LONGEST_STRETCH = 0.3  # seconds, while answers take long: else slots would run out before the next ones come
ANSWER_SECONDS = 0.5  # then the database counts as away: replies shall not wait for it
AGAIN_SECONDS = 1.0  # until it is asked anew
ALONE_AFTER = 2.0  # seconds without slots that others took
CLOCK_SET = 1.0  # seconds by which the database's clock differs from itself: somebody set it


class SharedPace:
    """An OverallPace whose slots come from the database while `run()` runs."""

    def __init__(self, rate: float, *, scope: str, process: str, processes: Callable[[], int]) -> None:
        self._rate = rate
        self._scope = scope
        self._process = process
        self._processes = processes
        self.flood = Flood()
        self._window = window_of(rate)
        self._slots: deque[float] = deque()
        self._owed = 0  # slots that albums used beforehand
        self._block = 1
        self._waiting = 0
        self._wanted = asyncio.Event()
        self._crowded_until = 0.0
        self._took = 0.0  # seconds that answers take; slow ones are remembered for a while
        self._offsets: deque[float] = deque(maxlen=8)  # from the database's clock to the loop's, an answer's way longer
        self._alone: EvenPace | None = None
        self._changed: Callable[[], None] = lambda: None
        self._go_alone()

    def begin(self, now: float) -> None:
        """Pass it on to the pace that is used without a database."""
        if self._alone:
            self._alone.begin(now)

    def want(self, waiting: int, now: float) -> None:
        """Ask for as many slots as calls could go."""
        self._waiting = waiting
        if self._needed(now):
            self._wanted.set()

    def free_at(self, now: float) -> float:
        """Return when the next call may go; infinity until slots arrive."""
        if self._alone:
            return self._alone.free_at(now)
        if self.flood.until > now:  # then slots are asked for
            return self.flood.until
        self._drop_late(now)
        return max(self._slots[0], self._window.free_at(now)) if self._slots else float("inf")

    def take(self, now: float, count: int) -> None:
        """Use a slot; of an album the later ones, too, as they come."""
        if self._alone:
            self._alone.take(now, count)
            return
        self._slots.popleft()
        self._owed += count - 1
        self._window.note(now, count)

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call back when slots arrive."""
        self._changed = callback

    async def run(self, bot_id: int) -> None:
        """Fetch slots until cancelled."""
        try:
            self._crowded_until = asyncio.get_running_loop().time() + ALONE_AFTER
            self._wanted.set()
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                while (needed := self._needed(asyncio.get_running_loop().time())) or self._alone:
                    await self._fetch(bot_id, needed)
        finally:
            self._go_alone()
            self._changed()

    async def _fetch(self, bot_id: int, slots: int) -> None:
        """Ask the database; when it hangs, wait for the same call alone: it shall not take one thread after another."""
        rate, asked = self._rate * AIM, asyncio.get_running_loop().time()
        asking = asyncio.ensure_future(
            in_database(take_slots, bot_id, self._scope, slots=slots, rate=rate, process=self._process)
        )
        try:
            if not (await asyncio.wait({asking}, timeout=ANSWER_SECONDS))[0]:
                self._away("no answer")
            stretch = await asking
        except DatabaseError as exc:
            self._away(str(exc).strip().split("\n")[0])
            await asyncio.sleep(AGAIN_SECONDS)
            return
        finally:
            asking.cancel()
        now = asyncio.get_running_loop().time()
        self._took = max(now - asked, self._took * 0.9)
        self._add(stretch, slots, now)

    def _add(self, stretch: Stretch, slots: int, now: float) -> None:
        """Take over what was handed out."""
        if self._alone:
            logger.info("the database hands out the %s budget", self._scope)
            self._alone = None
        if stretch.taken_by != self._process:
            self._crowded_until = now + ALONE_AFTER
        self._block = max(1, int(min(max(STRETCH_SECONDS, 2 * self._took), LONGEST_STRETCH) / stretch.step))
        if stretch.factor != self.flood.lowered:  # others learned of a flood, or the rate recovered
            self.flood.lowered, self.flood.since = stretch.factor, now
        if stretch.flooded:
            self.flood.until = now + stretch.flooded
        else:
            first = stretch.clock + stretch.starts_in + self._offset(now - stretch.clock)
            self._slots.extend(first + number * stretch.step for number in range(slots))
        self._changed()

    def _offset(self, seen: float) -> float:
        """Return the clocks' difference: the least of the last answers, for each took some time to come."""
        if self._offsets and abs(seen - min(self._offsets)) > CLOCK_SET:
            self._offsets.clear()
        self._offsets.append(seen)
        return min(self._offsets)

    def _needed(self, now: float) -> int:
        """Return how many slots to ask for now: none while enough are held, or during a flood that is known of."""
        if not self._alone:
            self._drop_late(now)
        held = len(self._slots) - self._owed
        if held > self._block or self.flood.until > now:
            return 0
        return max(0, min(self._block, self._waiting - held))

    def _drop_late(self, now: float) -> None:
        """Let go of slots that are over, and of those that an album has used.

        With others, a call may be late by less than a slot, or than a hundredth of a second: so all together never
        have more than the rate and one, or a hundredth, in any second. Alone, the window holds that bound.
        """
        late = LATE if now >= self._crowded_until else max(1 / self._rate, 0.01) * 0.9
        while self._slots and (self._owed or self._slots[0] < now - late):
            self._owed = max(0, self._owed - 1)
            self._slots.popleft()

    def _away(self, reason: str) -> None:
        metrics.DATABASE_ERRORS.labels("budget").inc()
        if not self._alone:
            self._go_alone()
            logger.warning("the %s budget's database is away, %g/s meanwhile: %s", self._scope, self._share, reason)
        self._changed()

    def _go_alone(self) -> None:
        self._slots.clear()
        self._alone = EvenPace(self._share, flood=self.flood, window=self._window)

    @property
    def _share(self) -> float:
        """The rate without a database: at most half, for others may be there whom nobody has seen yet."""
        return self._rate / max(2, self._processes())
