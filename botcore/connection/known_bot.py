"""A bot that may know itself before Telegram has answered, so that a process can start while Telegram is away."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import User
from telegram.ext import ExtBot

from botcore.connection.answers import understanding
from botcore.exceptions import BotdeckError

NOBODY = User(0, "nobody", is_bot=True)


class AnotherBotError(BotdeckError):
    """getMe answered for another bot than before: the process must be started anew as that one."""

    def __init__(self, me: User, before: User) -> None:
        super().__init__(f"getMe answered for bot {me.id}, and this process runs bot {before.id}; start it again")
        self.me = me


class CarefulBot(ExtBot[Any]):
    """python-telegram-bot's bot, whose methods fail with its own errors also on answers that they cannot decode."""


def _careful(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(method)
    async def careful(*args: Any, **how: Any) -> Any:
        with understanding():
            return await method(*args, **how)

    return careful


for _name, _method in inspect.getmembers(ExtBot, inspect.iscoroutinefunction):
    if not _name.startswith("_") and _name not in {"initialize", "shutdown"}:
        setattr(CarefulBot, _name, _careful(_method))


class KnownBot(CarefulBot):
    """python-telegram-bot's bot, introduced by what an earlier getMe said, or by Telegram itself."""

    def __init__(self, token: str, **how: Any) -> None:
        super().__init__(token, **how)
        self._me: User | None = None
        self._is_opening = False

    @property
    def is_known(self) -> bool:
        """Is it known who this is?"""
        return self._me is not None

    @property
    def bot(self) -> User:
        """Who this is; raises RuntimeError while nobody knows."""
        return self._me or super().bot

    def introduce(self, facts: Mapping[str, Any]) -> None:
        """Take what an earlier getMe answered."""
        self._me = User.de_json(dict(facts), self)

    async def initialize(self) -> None:
        """Open the connections; the library would call getMe here, for which the manager has more patience."""
        self._is_opening = True
        try:
            await super().initialize()
        finally:
            self._is_opening = False

    async def get_me(self, **how: Any) -> User:
        """Ask Telegram who this is; raise AnotherBotError when that changes."""
        if self._is_opening:
            return NOBODY  # initialize() does not look at it
        me = await super().get_me(**how)
        if self._me and self._me.id != me.id:
            raise AnotherBotError(me, self._me)
        self._me = me
        return me
