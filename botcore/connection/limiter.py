"""Limiter: who may call Telegram next, and when. One for each process; way_out.py asks it for each call's turn.

Telegram's limits are paces (pace.py, chat_limits.py); a 429 slows only the chat or method that it was about, until
several private chats meet one at the same time.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable

from botcore import metrics
from botcore.connection.chat_limits import ChatLimits, ChatPaces, key_of
from botcore.connection.errors import MustWait
from botcore.connection.line import Line, Turn, seconds_until
from botcore.connection.methods import Chat, Counts, counts
from botcore.connection.pace import OverallPace
from botcore.connection.patience import Patience
from botcore.connection.places import Places
from botcore.outbox.models import Priority

PATIENCE = 30.0  # seconds of floods that a call bears; then the inbox and the outbox come back later
FLOODED_CHATS, WITHIN_SECONDS = 3, 10.0  # so many people's chats in so short a time: it is not the chats' limit

OVERALL, PAID = "overall", "paid"  # the names of the scopes of all calls


class Limiter:
    """Priorities, Telegram's limits and what 429s taught; `on_flood` hears (scope, seconds) of what to remember."""

    def __init__(
        self,
        overall: OverallPace,
        *,
        paid: OverallPace | None = None,
        limits: ChatLimits | None = None,
        places: int = 0,
        on_flood: Callable[[str, float], None] = lambda _scope, _seconds: None,
    ) -> None:
        self._chats = ChatPaces(limits or ChatLimits())
        self._places = Places(places)
        self._line = Line(overall, self._chats, self._places)
        self._paid_line = Line(paid, self._chats, self._places) if paid else self._line
        self._on_flood = on_flood
        self._flooded: deque[tuple[float, Chat, float]] = deque(maxlen=100)

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return sum(line.waiting for line in {self._line, self._paid_line})

    @property
    def under_way(self) -> int:
        """How many calls had their turn and have not ended."""
        return self._places.taken

    async def turn(
        self,
        chat: Chat,
        priority: Priority,
        *,
        method: str,
        paid: bool = False,
        count: int = 1,
        patience: Patience | None = None,
    ) -> Turn | None:
        """Wait until the call may go; raise MustWait when floods last longer than its patience.

        Say ended() with what it returns when the call is over; None for a call that counts for nothing.
        """
        patience = patience or Patience(PATIENCE)
        kind = counts(method)
        key = key_of(chat, method, counted=kind is Counts.CHAT)
        if kind is Counts.NOTHING:
            await self._wait_out(key, patience)
            return None
        now = asyncio.get_running_loop().time()
        line = self._paid_line if paid else self._line
        pace = self._chats.peek(key)
        until = max(pace.flood.until if pace else now, line.pace.flood.until)
        if not patience.bears(until, now):
            raise MustWait(seconds_until(until, now))
        return await line.turn(priority, key, count=count, patience=patience)

    async def _wait_out(self, key: str | int, patience: Patience) -> None:
        """Wait until the floods of a method that counts for nothing are over; those who waited go one by one."""
        now = asyncio.get_running_loop().time()
        while pace := self._chats.peek(key):
            at = pace.unpaced_at(now)
            if not patience.bears(at, now):
                raise MustWait(seconds_until(at, now))
            pace.take_unpaced(at)
            if at > now:
                await asyncio.sleep(at - now)
                now = asyncio.get_running_loop().time()
            if pace.flood.until <= now:  # else there was another one meanwhile
                return

    def wait_of(self, chat: Chat, priority: Priority, method: str) -> float:
        """Return the seconds until the chat's own pace lets a call go; 0 for a chat that nothing is known of."""
        now = asyncio.get_running_loop().time()
        pace = self._chats.peek(key_of(chat, method, counted=counts(method) is Counts.CHAT))
        return max(0.0, pace.free_at(now, burst=priority != Priority.BROADCAST) - now) if pace else 0.0

    def ended(self, turn: Turn | None) -> None:
        """Hear that a call whose turn had come is over: its place is free."""
        if turn is None:
            return
        turn.line.arrived(turn)
        if self._places.leave():
            for line in {self._line, self._paid_line}:
                line.pump()

    def flooded(self, chat: Chat, method: str, seconds: float, *, paid: bool = False) -> None:
        """Learn from a 429 that a call met."""
        now = asyncio.get_running_loop().time()
        counted = counts(method) is Counts.CHAT
        _count("chat" if counted and chat is not None else "method", seconds)
        self._pause(key_of(chat, method, counted=counted), seconds, now)
        if not isinstance(chat, int) or chat < 0:  # groups and channels have a limit of their own, lost at a restart
            return
        self._flooded.append((now, chat, seconds))
        while now - self._flooded[0][0] > WITHIN_SECONDS:
            self._flooded.popleft()
        if len({flooded for _, flooded, _ in self._flooded}) >= FLOODED_CHATS:
            line = self._paid_line if paid else self._line
            shortest = min(seconds for _, _, seconds in self._flooded)
            self._flooded.clear()
            line.pace.flood.note(now, shortest)
            scope = OVERALL if line is self._line else PAID
            _count(scope, shortest)
            self._on_flood(scope, shortest)
            line.pump()

    def recall(self, scope: str, seconds: float, factor: float) -> None:
        """Take over what the database remembers: the seconds that a flood lasts still, and how slow it made us."""
        now = asyncio.get_running_loop().time()
        if scope in {OVERALL, PAID}:
            flood = (self._line if scope == OVERALL else self._paid_line).pace.flood
        else:
            key = scope.removeprefix("chat:")
            flood = self._chats.of(int(key) if key.lstrip("-").isdecimal() else key, now).flood
        flood.lowered, flood.since = min(flood.lowered, factor), now
        flood.until = max(flood.until, now + seconds)

    def close(self) -> None:
        """Stop all timers."""
        self._line.close()
        self._paid_line.close()

    def _pause(self, key: str | int, seconds: float, now: float) -> None:
        flood = self._chats.of(key, now).flood
        flood.note(now, seconds)
        self._on_flood(f"chat:{key}", math.ceil(flood.until - now))
        for line in {self._line, self._paid_line}:
            line.send_away(key, flood.until, now)
            line.pump()


def _count(scope: str, seconds: float) -> None:
    metrics.FLOOD_WAITS.labels(scope).inc()
    metrics.FLOOD_WAIT_SECONDS.labels(scope).inc(seconds)
