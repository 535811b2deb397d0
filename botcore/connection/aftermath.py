"""Aftermath: sees every call that goes through the bot object, and what became of it."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.ext import BaseRateLimiter

from botcore.connection.link_watch import LinkWatch

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Aftermath(BaseRateLimiter[Any]):
    """python-telegram-bot's hook around each call, getUpdates apart."""

    def __init__(self, watch: LinkWatch) -> None:
        self._watch = watch

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
        """Make the call."""
        with self._watch.calling(endpoint):
            return await callback(*args, **kwargs)
