"""Processes that share a budget in virtual time, with a row that answers as the database does; for tests."""

import asyncio
from dataclasses import dataclass, field
from itertools import count

from django.db import OperationalError

from botcore.connection.budget import SharedPace
from botcore.connection.limiter import Limiter
from botcore.outbox.models import Priority
from botcore.runtime.store import Stretch
from tests.virtual_time import START, VirtualTimeLoop, now

RATE = 30
UNIX = 1_700_000_000.0  # the row's clock begins there


@dataclass
class Row:
    """The budget's row in a database that may be away, and is slow for some."""

    processes: int
    next_at: float = 0.0
    taken_by: str = ""
    away: bool = False
    asked: int = 0
    blocked: float = 0.0  # seconds for which the loop stands still when the next answer is there
    way: dict[str, float] = field(default_factory=dict)  # seconds to the database, where it is not 1 ms

    async def ask(self, _bot: int, _scope: str, *, slots: int, rate: float, process: str) -> Stretch:
        """Answer as the database does."""
        self.asked += 1
        await asyncio.sleep(self.way.get(process, 0.001))
        if self.away:
            raise OperationalError("the database is being shut down")
        clock = UNIX + now() - START
        first, self.next_at = max(self.next_at, clock), max(self.next_at, clock) + slots / rate
        before, self.taken_by = self.taken_by, process if slots else self.taken_by
        await asyncio.sleep(0.002)
        if self.blocked:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualTimeLoop)
            loop.stall(self.blocked)
            self.blocked = 0.0
            await asyncio.sleep(0)
        return Stretch(clock, first - clock, 1 / rate, 1.0, 0.0, before, self.processes)


class Fleet:
    """Processes of one bot; `went` says when how many messages did."""

    def __init__(self, processes: int) -> None:
        self.row = Row(processes)
        self.went: list[tuple[float, int]] = []
        self._paces = {
            name: SharedPace(RATE, scope="overall", process=name, ask=self.row.ask) for name in "abcdefgh"[:processes]
        }
        self._limiters = [Limiter(pace) for pace in self._paces.values()]
        self._tasks = [asyncio.create_task(pace.run(1)) for pace in self._paces.values()]
        self._chats = count(1)

    async def call(self, process: int, messages: int = 1, method: str = "sendMessage") -> None:
        """Let one call go."""
        chat, limiter = next(self._chats), self._limiters[process]
        turn = await limiter.turn(chat, Priority.REPLY, method=method, count=messages)
        self.went.append((now() - START, messages))
        limiter.ended(turn)

    def keep_busy(self, process: int, messages: int = 1) -> None:
        """Let calls wait at any time from now on."""

        async def work() -> None:
            while True:
                await self.call(process, messages)

        self._tasks += [asyncio.create_task(work()) for _ in range(20)]

    def start(self, process: int, times: int, messages: int = 1) -> None:
        """Let so many calls wait."""
        self._tasks += [asyncio.create_task(self.call(process, messages)) for _ in range(times)]

    def between(self, start: float, end: float) -> int:
        """Return how many messages went."""
        return sum(messages for at, messages in self.went if start <= at < end)

    def most(self) -> int:
        """Return the most messages in any second."""
        return max(self.between(at, at + 1) for at, _ in self.went)

    async def stop(self) -> None:
        """Cancel all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
