"""Line: the calls that wait for one overall pace, by priority; strictly the most important one first."""

import asyncio

from botcore.connection.chat_limits import ChatPaces
from botcore.connection.errors import MustWait
from botcore.connection.lanes import Lane, Waiter
from botcore.connection.pace import OverallPace
from botcore.connection.places import Places
from botcore.outbox.models import Priority

GROUP_SECONDS = 0.002  # timers are coarse: what is due within so short a time goes together


class Line:
    """Lets one call after another go, when the overall pace and its chat's allow it."""

    def __init__(self, pace: OverallPace, chats: ChatPaces, places: Places) -> None:
        self.pace = pace
        self._places = places
        # A broadcast leaves a chat's burst to the replies: else an answer would wait for it.
        self._lanes = {priority: Lane(chats, burst=priority != Priority.BROADCAST) for priority in sorted(Priority)}
        self._timer: asyncio.TimerHandle | None = None
        self._idle = True
        self._heard_of = float("-inf")  # the end of the last flood that those who wait were told of
        pace.on_change(self.pump)

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return sum(lane.waiting for lane in self._lanes.values())

    async def turn(self, priority: Priority, key: str | int, *, count: int, gives_up_at: float) -> None:
        """Wait for a call's turn; raise MustWait when a flood outlasts it."""
        loop = asyncio.get_running_loop()
        waiter = Waiter(loop.create_future(), key, count, gives_up_at)
        lane = self._lanes[priority]
        lane.add(waiter, loop.time())
        try:
            if self._idle or self._timer is None:  # else nobody may go before the timer
                self.pump()
            await waiter.turn
        except BaseException:
            if waiter.turn.done() and not waiter.turn.cancelled() and not waiter.turn.exception():
                self._places.leave()  # cancelled after its turn came
            lane.remove(waiter)
            self.pump()
            raise

    def pump(self) -> None:
        """Let go who may go now; set the timer for the next."""
        now = asyncio.get_running_loop().time()
        self._tell_of_flood(now)
        ready = self._ready(now)
        if ready and self._idle:
            self.pace.begin(now)
        while ready and (at := self.pace.free_at(now)) <= now:
            if waiter := next(filter(None, (lane.pop(now) for lane in self._open())), None):
                self._places.take()
                self.pace.take(now, waiter.count)
                waiter.turn.set_result(None)
            ready = self._ready(now)
        self._idle = not ready
        self.pace.want(ready, now)
        self._wake_at(at if ready else min((lane.next_at() for lane in self._open()), default=float("inf")), now)

    def _ready(self, now: float) -> int:
        return sum(lane.ready(now) for lane in self._open())

    def _open(self) -> list[Lane]:
        """Return the lanes for which there is a place."""
        return [lane for priority, lane in self._lanes.items() if self._places.room(priority)]

    def send_away(self, key: str | int | None, until: float, now: float) -> None:
        """Tell the calls of a chat (None: all) that cannot wait so long for a flood to end."""
        for lane in self._lanes.values():
            for waiter in lane.impatient(key, until):
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
