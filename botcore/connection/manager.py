"""ConnectionManager owns the link to Telegram: opens it with patience, keeps it ready for polling, closes it."""

import logging
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.ext import Application
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_delay, wait_random_exponential

from botcore.exceptions import ConfigurationError

logger = logging.getLogger(__name__)

LONGEST_FLOOD_WAIT = 3600.0  # seconds; a garbled number must not silence the bot for ever
_grow = wait_random_exponential(multiplier=0.5, max=30)


class ConnectionManager:
    """The link between one application and Telegram."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        *,
        start_seconds: float,
        api_url: str,
        polling: bool,
    ) -> None:
        self._application = application
        self._start_seconds = start_seconds
        self._api_url = api_url
        self._polling = polling

    async def connect(self) -> None:
        """Ask Telegram who the bot is; raise ConfigurationError when token or address do not work."""
        try:
            await self._connect()
        except BaseException:  # a stop, too: nobody closes what was not connected
            await self.close()
            raise

    async def _connect(self) -> None:
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(is_passing),
                wait=wait_politely,
                stop=stop_after_delay(self._start_seconds),
                before_sleep=self._note_failure,
                reraise=True,
            ):
                with attempt:
                    await self._application.initialize()
                    if self._polling:
                        await self._free_polling()
        except InvalidToken:  # its text holds the token
            raise ConfigurationError(token_rejected(self._api_url)) from None
        except Exception as exc:
            raise ConfigurationError(
                f"TELEGRAM_API_URL: {self._api_url} did not answer getMe within {self._start_seconds:g} s "
                f"({str(exc) or type(exc).__name__}); check the address and the network."
            ) from exc

    def _note_failure(self, state: RetryCallState) -> None:
        if state.attempt_number == 1:
            error = state.outcome.exception() if state.outcome else None
            logger.info("waiting for %s: %s", self._api_url, error)

    async def _free_polling(self) -> None:
        """Take away a webhook that someone set: with it, getUpdates is refused. Its updates are kept."""
        bot = self._application.bot
        webhook = await bot.get_webhook_info()
        if webhook.url:
            logger.warning("a webhook was set; it is removed because BOT_MODE is polling")
            await bot.delete_webhook(drop_pending_updates=False)

    async def close(self) -> None:
        """Close all connections, also those of an application that never became ready."""
        await self._application.shutdown()
        await self._application.bot.shutdown()


def token_rejected(api_url: str) -> str:
    """Return the sentence for a 401 or 404: a wrong token and a wrong server look the same."""
    return (
        f"TELEGRAM_BOT_TOKEN was rejected by {api_url}: write the token that @BotFather gave you, "
        "and check that TELEGRAM_API_URL is a Bot API server."
    )


def is_passing(error: BaseException) -> bool:
    """Tell whether the same call may succeed a moment later; the library fails in many ways on a garbled answer."""
    if isinstance(error, InvalidToken | BadRequest | Forbidden | ConfigurationError):
        return False
    return isinstance(error, Exception)


def wait_politely(state: RetryCallState) -> float:
    """Return seconds to wait: what a 429 says, at most an hour; else a growing random time of at most 30 s."""
    error = state.outcome.exception() if state.outcome else None
    return flood_wait(error) if isinstance(error, RetryAfter) else _grow(state)


def flood_wait(error: RetryAfter) -> float:
    """Return the seconds that a 429 says, 1 to 3600; a garbled number counts as one second."""
    try:
        said = error.retry_after
        seconds = float(said.total_seconds() if isinstance(said, timedelta) else said)
    except (TypeError, ValueError, AttributeError, OverflowError):
        seconds = 1.0
    return min(max(seconds, 1.0), LONGEST_FLOOD_WAIT)
