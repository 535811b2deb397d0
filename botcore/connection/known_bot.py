"""A bot that may know itself before Telegram has answered, so that a process can start while Telegram is away."""

from collections.abc import Mapping
from typing import Any

from telegram import User
from telegram.ext import ExtBot

from botcore.exceptions import BotdeckError

NOBODY = User(0, "nobody", is_bot=True)


class AnotherBotError(BotdeckError):
    """getMe answered for another bot than before: the process must be started anew as that one."""

    def __init__(self, me: User, before: User) -> None:
        super().__init__(f"getMe answered for bot {me.id}, and this process runs bot {before.id}; start it again")
        self.me = me


class KnownBot(ExtBot[Any]):
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
