"""Line: the calls that wait for one overall pace, by priority; strictly the most important one first."""

import asyncio
from dataclasses import dataclass

from botcore.connection.chat_limits import ChatPaces
from botcore.connection.errors import MustWait
from botcore.connection.lanes import Lane, Waiter
from botcore.connection.pace import OverallPace
from botcore.connection.patience import Patience
from botcore.connection.places import Places
from botcore.outbox.models import Priority

GROUP_SECONDS = 0.002  # timers are coarse: what is due within so short a time goes together


@dataclass(frozen=True, slots=True)
class Turn:
    """A call whose turn has come."""

    line: "Line"
    at: float
    counted: float  # for which moment its pace counts it
    count: int


class Line:
    """Lets one call after another go, when the overall pace and its chat's allow it."""

    def __init__(self, pace: OverallPace, chats: ChatPaces, places: Places) -> None:
        self.pace = pace
        self._places = places
        # A broadcast leaves a chat's burst to the replies: else an answer would wait for it.
        self._lanes = {priority: Lane(chats, burst=priority != Priority.BROADCAST) for priority in sorted(Priority)}
        self._timer: asyncio.TimerHandle | None = None
        self._idle = True
        self._held = 0  # messages of the call that is next and waits for the pace; a shorter one may go before it
        self._heard_of = float("-inf")  # the end of the last flood that those who wait were told of
        pace.on_change(self.pump)

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(lane.waiting for lane in self._lanes.values())

    async def turn(self, priority: Priority, key: str | int, *, count: int, patience: Patience) -> Turn:
        """Wait for a call's turn; raise MustWait when a flood outlasts its patience."""
        loop = asyncio.get_running_loop()
        waiter = Waiter(loop.create_future(), key, count, patience)
        lane = self._lanes[priority]
        lane.add(waiter, loop.time())
        try:
            if self._idle or self._timer is None or self._held > 1:  # else nobody may go before the timer
                self.pump()
            return Turn(self, *(await waiter.turn), count)
        except BaseException:
            if waiter.turn.done() and not waiter.turn.cancelled() and not waiter.turn.exception():
                self.arrived(Turn(self, *waiter.turn.result(), count))  # cancelled after its turn came
                self._places.leave()
            lane.remove(waiter)
            self.pump()
            raise

    def arrived(self, turn: Turn) -> None:
        """Hear that a call is over."""
        if self.pace.arrived(turn.counted, turn.at, turn.count, asyncio.get_running_loop().time()):
            self.pump()

    def pump(self) -> None:
        """Let go who may go now; set the timer for the next."""
        now = asyncio.get_running_loop().time()
        self._tell_of_flood(now)
        at = float("inf")
        while found := self._head(now):
            lane, waiter = found
            if self._idle:
                self.pace.begin(now)
                self._idle = False
            if (at := self.pace.free_at(now, waiter.count)) > now:
                break
            lane.pop(waiter, now)
            self._places.take()
            waiter.turn.set_result((now, self.pace.take(now, waiter.count)))
        self._idle = not found
        self._held = found[1].count if found else 0
        self.pace.want(sum(lane.ready(now) for lane in self._open()), self._held, now)
        self._wake_at(at if self._held == 1 else min(at if found else float("inf"), self._later_at()), now)

    def _head(self, now: float) -> tuple[Lane, Waiter] | None:
        """Return the most important call that its chat lets go now, and its lane."""
        for lane in self._open():
            if lane.ready(now) and (waiter := lane.head(now)):
                return lane, waiter
        return None

    def _later_at(self) -> float:
        """Return when the next chat that had to wait is free."""
        return min((lane.next_at() for lane in self._open()), default=float("inf"))

    def _open(self) -> list[Lane]:
        """Return the lanes for which there is a place."""
        return [lane for priority, lane in self._lanes.items() if self._places.room(priority)]

    def send_away(self, key: str | int | None, until: float, now: float) -> None:
        """Tell the calls of a chat (None: all) that cannot bear a flood so long."""
        for lane in self._lanes.values():
            for waiter in lane.impatient(key, until, now):
                if not waiter.turn.done():
                    waiter.turn.set_exception(MustWait(seconds_until(until, now)))

    def close(self) -> None:
        """Stop the timer."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _tell_of_flood(self, now: float) -> None:
        until = self.pace.flood.until
        if until > max(now, self._heard_of):
            self._heard_of = until
            self.send_away(None, until, now)

    def _wake_at(self, at: float, now: float) -> None:
        self.close()
        if at < float("inf"):
            self._timer = asyncio.get_running_loop().call_at(max(at, now + GROUP_SECONDS), self.pump)


def seconds_until(until: float, now: float) -> int:
    """Return the time left as whole seconds, at least one, as Telegram says it."""
    return max(1, round(until - now + 0.5))
