"""Calls that wait for a limiter, for tests in virtual time."""

import asyncio
from collections.abc import Iterable
from typing import Any

from telegram.error import RetryAfter

from botcore.connection.errors import flood_wait
from botcore.connection.limiter import Limiter
from botcore.connection.line import Turn
from botcore.connection.pace import EvenPace
from botcore.connection.patience import Patience
from botcore.outbox.models import Priority
from tests.virtual_time import START, now

GROUP = -100
Went = tuple[float, Any, Priority]


class Queue:
    """Calls that ask a limiter for their turn, and when they went; `answers`: after so many seconds, None for never."""

    def __init__(self, rate: float = 30, *, answers: float | None = 0.0, **options: Any) -> None:
        self.limiter = Limiter(EvenPace(rate), **options)
        self.answers = answers
        self.under_way: list[Turn | None] = []
        self.went: list[Went] = []
        self.refused: list[tuple[Any, float]] = []

    async def call(self, chat: Any, priority: Priority = Priority.REPLY, **options: Any) -> None:
        """Wait for the turn; `patience` may be seconds."""
        if (seconds := options.get("patience")) is not None and not isinstance(seconds, Patience):
            options["patience"] = Patience(seconds)
        try:
            turn = await self.limiter.turn(chat, priority, **{"method": "sendMessage", **options})
        except RetryAfter as exc:
            self.refused.append((chat, flood_wait(exc)))
        else:
            self.went.append((now() - START, chat, priority))
            await self._end(turn)

    async def _end(self, turn: Turn | None) -> None:
        """Answer the call."""
        if self.answers is None:
            self.under_way.append(turn)
            return
        if self.answers:
            await asyncio.sleep(self.answers)
        self.limiter.ended(turn)

    def start(self, chats: Iterable[Any], priority: Priority = Priority.REPLY, **options: Any) -> list[Any]:
        """Let all wait at once."""
        return [asyncio.create_task(self.call(chat, priority, **options)) for chat in chats]

    def times(self, chat: Any = None) -> list[float]:
        """When did the calls (of a chat) go?"""
        return [at for at, went, _ in self.went if chat is None or went == chat]


def most_within(times: list[float], seconds: float) -> int:
    """Return the most calls in any sliding window."""
    return max(sum(1 for at in times if start <= at < start + seconds) for start in times)
