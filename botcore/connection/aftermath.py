"""Aftermath: sees every call that goes through the bot object, what became of it, and what follows."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter

from botcore.connection.consequences import Benign, Consequences, Retry
from botcore.connection.link_watch import LinkWatch
from botcore.connection.meanings import Meaning

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Aftermath(BaseRateLimiter[Any]):
    """python-telegram-bot's hook around each call, getUpdates apart."""

    def __init__(self, watch: LinkWatch, consequences: Consequences) -> None:
        self.called: Callable[[str, dict[str, Any]], None] = lambda _endpoint, _data: None  # hears of each call
        self._watch = watch
        self._consequences = consequences

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,
    ) -> Answer:
        """Make the call, and once more for each error that has a remedy; `args` holds the same `data`."""
        self._consequences.rewrite(data)
        try:
            return await self._call(callback, args, kwargs, endpoint, data)
        finally:
            self.called(endpoint, data)

    async def _call(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
    ) -> Answer:
        tried: set[Meaning] = set()
        while True:
            try:
                with self._watch.calling(endpoint):
                    return await callback(*args, **kwargs)
            except TelegramError as exc:
                step = await self._consequences.after(endpoint, data, exc, tried=tried)
                if isinstance(step, Benign):
                    return True
                if not isinstance(step, Retry):
                    raise
                tried.add(step.meaning)
