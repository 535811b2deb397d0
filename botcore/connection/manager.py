"""ConnectionManager owns the link to Telegram: opens it, connects with patience, checks it, closes it.

The process works without Telegram; what needs it waits for `connected()`.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError, InterfaceError
from telegram import User
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from botcore.connection.errors import CircuitOpen, flood_wait
from botcore.connection.known_bot import AnotherBotError, KnownBot
from botcore.connection.link import LinkState
from botcore.connection.link_watch import WHY_LENGTH, LinkWatch
from botcore.connection.way_out import Wish
from botcore.database import in_database, is_away, patiently
from botcore.exceptions import BotdeckError, ConfigurationError, safe_execute
from botcore.logs import error_text, redact
from botcore.outbox.models import Priority
from botcore.runtime import selectors, services
from botcore.tell import Tell

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
CHECK_SECONDS = 60.0  # without an answer to another quick call
CHECK_TIMEOUT = 10.0
DOUBT_SECONDS = 5.0  # between two checks while the token is rejected
LONGEST_PAUSE = 30.0  # seconds between two checks of a link that is not up
A_CHECK = Wish(Priority.ADMIN, patience=0, deadline=0)  # the manager has patience of its own
_grow = wait_random_exponential(multiplier=0.5, max=LONGEST_PAUSE)


class ConnectionManager:
    """The link between one application and Telegram; what it makes of the calls' outcomes, `watch` knows."""

    def __init__(  # noqa: PLR0913
        self,
        application: Application[KnownBot, Any, Any, Any, Any, Any],
        watch: LinkWatch,
        *,
        api_url: str,
        polling: bool,
        tell: Tell,
        complain_after: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._application = application
        self._bot = application.bot
        self._token_number = int(self._bot.token.partition(":")[0])
        self.watch = watch
        self._api_url = api_url
        self._polling = polling
        self._tell = tell
        self._complain_after = complain_after
        self._clock = clock
        self._sleep = sleep
        self._known, self._connected = asyncio.Event(), asyncio.Event()
        self._complained = False
        self._check_at, self._pause = clock(), 1.0

    async def open(self) -> None:
        """Make ready to call, and remember what Telegram once said of the bot; nothing is sent."""
        await self._application.initialize()
        async for attempt in patiently("connection"):
            with attempt:
                facts = await in_database(selectors.bot_facts, self._token_number)
        try:
            if facts:
                self._bot.introduce(facts)
                self._known.set()
        except Exception as exc:  # such as facts of another version; Telegram says it again
            logger.warning("what is kept of the bot cannot be read: %s", error_text(exc))

    async def close(self) -> None:
        """Close all connections."""
        await self._application.shutdown()

    async def known(self) -> None:
        """Wait until it is known who the bot is: from the database, at the very first start from Telegram."""
        await self._known.wait()

    async def connected(self) -> None:
        """Wait until Telegram has answered, and the greeting is done."""
        await self._connected.wait()

    async def run(self, greet: Callable[[], Awaitable[None]]) -> None:
        """Connect, greet, then watch the link until cancelled; raise ConfigurationError for what cannot work."""
        await self._connect()
        await safe_execute()(greet)()  # a bot without its greeting works
        self._connected.set()
        logger.info("connected to %s as @%s", self._api_url, self._bot.username)
        while True:
            await self._sleep(LOOK_SECONDS)
            self.watch.link.look()
            if self._is_check_due():
                await self._check()

    async def _connect(self) -> None:
        began = self._clock()
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(is_passing),
            wait=wait_politely,
            before_sleep=lambda state: self._note_waiting(state, self._clock() - began),
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                await self._begin()

    async def _begin(self) -> None:
        """Ask who the bot is; raise ConfigurationError when the answer will stay the same."""
        try:
            await self._ask()
            if self._polling:
                await self._free_polling()
        except InvalidToken:  # its text may hold the token
            raise self.watch.judge.rejected() from None
        except (BadRequest, Forbidden) as exc:
            words = redact(exc.message)
            raise ConfigurationError(f"TELEGRAM_API_URL: {self._api_url} refused this bot ({words}).") from exc

    def _note_waiting(self, state: RetryCallState, waited: float) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TelegramError):
            level = logging.WARNING if state.attempt_number > 1 else logging.INFO
            logger.log(level, "waiting for %s: %s", self._api_url, error)
        else:
            logger.error("connecting to %s failed; it is tried again", self._api_url, exc_info=error)
        self.watch.judge.be_patient()
        if error and not isinstance(error, CircuitOpen):  # that one says only that it failed before
            self.watch.waiting_for = error_text(error)[:WHY_LENGTH]
        if waited >= self._complain_after and not self._complained:
            self._complained = True
            self._tell(
                "connection",
                f"TELEGRAM_API_URL: {self._api_url} has not answered for {waited:.0f} s "
                f"({self.watch.waiting_for}). The bot goes on trying; check the address and the network.",
                level="error",
            )

    async def _free_polling(self) -> None:
        """Take away a webhook that someone set: with it, getUpdates is refused. Its updates are kept."""
        webhook = await self._bot.get_webhook_info()
        if webhook.url:
            logger.warning("a webhook was set; it is removed because BOT_MODE is polling")
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def _ask(self) -> None:
        """Call getMe once, and keep what it says."""
        try:
            me = await self._bot.get_me(read_timeout=CHECK_TIMEOUT, rate_limit_args=A_CHECK)
        except AnotherBotError as exc:
            await self._keep(exc.me)  # the next process is that one
            raise
        self._known.set()
        await self._keep(me)

    async def _keep(self, me: User) -> None:
        try:
            await in_database(services.keep_bot_facts, self._token_number, me.to_dict())
        except (DatabaseError, InterfaceError) as exc:
            if not is_away(exc):
                raise
            logger.info("what getMe said is not kept: %s", exc)  # it is said again

    def _is_check_due(self) -> bool:
        now = self._clock()
        if self.watch.state is LinkState.UP and not self.watch.judge.in_doubt:
            self._pause = 1.0
            return now - self.watch.quick_at >= CHECK_SECONDS and now >= self._check_at
        return now >= self._check_at

    async def _check(self) -> None:
        """Ask once more; what a failure means the watch knows."""
        wait = self._pause * random.uniform(0.5, 1)  # noqa: S311 (spreads the load, hides nothing)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        try:
            await self._ask()
        except BotdeckError:
            raise
        except InvalidToken:
            error = self.watch.judge.rejected()
            if isinstance(error, ConfigurationError):
                raise error from None
        except RetryAfter as exc:
            wait = flood_wait(exc)
        except TelegramError as exc:
            logger.info("getMe failed: %s", exc)
        except Exception:
            logger.exception("the look at the connection failed")
        self._check_at = self._clock() + (min(wait, DOUBT_SECONDS) if self.watch.judge.in_doubt else wait)


def is_passing(error: BaseException) -> bool:
    """Tell whether the same call may succeed a moment later; the library fails in many ways on a garbled answer."""
    return isinstance(error, Exception) and not isinstance(error, BotdeckError)


def wait_politely(state: RetryCallState) -> float:
    """Return seconds to wait: what a 429 says, at most an hour; else a growing random time of at most 30 s."""
    error = state.outcome.exception() if state.outcome else None
    return flood_wait(error) if isinstance(error, RetryAfter) else _grow(state)
