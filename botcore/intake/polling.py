"""Polls Telegram for raw updates and writes them to the inbox; only then does the offset move, which confirms them.

python-telegram-bot's Updater is not used: it confirms updates that exist only in memory.
"""

import asyncio
import logging
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError
from telegram.warnings import PTBUserWarning
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random

from botcore import metrics
from botcore.connection.link_watch import LinkWatch
from botcore.connection.manager import wait_politely
from botcore.database import in_database, patiently
from botcore.exceptions import ConfigurationError
from botcore.inbox import store
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.intake.arrivals import note_arrivals
from botcore.intake.watch import Watch
from botcore.logs import begin

logger = logging.getLogger(__name__)

LIMIT = 100  # the most that getUpdates gives, core.telegram.org/bots/api#getupdates
NETWORK_SECONDS = 10  # what an answer may take beyond the long poll's own time
GARBAGE_SECONDS = 2.0  # how long to wait after a batch without a single update

_calm = wait_random(3, 6)  # Telegram answers at most one 409 in 3 s


class Poller:
    """One bot's poll loop."""

    def __init__(
        self,
        bot: Bot,
        *,
        allowed_updates: Sequence[str],
        poll_seconds: int,
        on_updates: Callable[[Sequence[Envelope]], None],
        watch: Watch,
        link: LinkWatch,
    ) -> None:
        self._bot = bot
        self._allowed_updates = list(allowed_updates)
        self._poll_seconds = poll_seconds
        self._on_updates = on_updates
        self._watch = watch
        self._link = link
        # The public way to raw updates; the warning is for those who wanted decoded ones.
        warnings.filterwarnings("ignore", message=".*getUpdates", category=PTBUserWarning)

    async def run(self) -> None:
        """Poll until cancelled; raise ConfigurationError when Telegram goes on rejecting the token."""
        begin(action="poll")
        offset = 0  # 0 confirms nothing: what a dead process left unconfirmed comes again and is ignored once stored
        stale = 0
        self._watch.begin()
        while True:
            envelopes = await self._fetch(offset)
            if envelopes:
                stale = 0 if await self._accept(envelopes) else stale + 1
                if stale > 1:  # one such batch is normal after a restart; the same again and again must not run hot
                    await asyncio.sleep(stale_seconds(stale))
                offset = _last_number(envelopes, offset) + 1

    async def _fetch(self, offset: int) -> list[Envelope]:
        """Return the next updates, [] after a quiet long poll; wait with growing patience while Telegram is away."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(may_pass), wait=_wait, before_sleep=self._note_failure, reraise=True
        ):
            with attempt:
                envelopes = await self._get_updates(offset)
        metrics.POLLS.labels("ok").inc()
        self._watch.answered()
        return envelopes

    async def _get_updates(self, offset: int) -> list[Envelope]:
        parameters: dict[str, Any] = {
            "limit": LIMIT,
            "timeout": self._poll_seconds,
            "allowed_updates": self._allowed_updates,
        }
        if offset:
            parameters["offset"] = offset
        try:
            with self._link.calling("getUpdates"):
                answer: Any = await self._bot.do_api_request(
                    "getUpdates", api_kwargs=parameters, read_timeout=self._poll_seconds + NETWORK_SECONDS
                )
                if not isinstance(answer, list):
                    raise TelegramError("getUpdates did not answer with a list")
        except (InvalidToken, EndPointNotFound):  # their texts may hold the token
            raise self._link.judge.rejected() from None
        return [read_envelope(update) for update in answer]

    async def _accept(self, envelopes: list[Envelope]) -> int:
        """Store the batch in one transaction, with patience while the database is away; return how many were new."""
        async for attempt in patiently("intake"):
            with attempt:
                new = await in_database(store.accept, self._bot.id, envelopes)
        note_arrivals(new, delivered=len(envelopes))
        logger.debug("stored %d updates, %d of them new; the next getUpdates confirms them", len(envelopes), len(new))
        if any(not envelope.is_update for envelope in envelopes):
            logger.error("a batch held entries that are no updates; they are kept in quarantine")
            if not any(envelope.is_update for envelope in envelopes):  # nothing to confirm: the same comes again
                await asyncio.sleep(GARBAGE_SECONDS)
        self._on_updates(new)
        return len(new)

    def _note_failure(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        metrics.POLLS.labels("conflict" if isinstance(error, Conflict) else "error").inc()
        wait = state.next_action.sleep if state.next_action else 0
        if isinstance(error, Conflict):
            self._watch.conflict(error.message)
        else:  # one failure is a blip, such as a server that restarts
            self._watch.failed(wait)  # a flood wait may take an hour, which is no hang
            if not isinstance(error, TelegramError):  # the network's errors are of that class, too
                logger.error("getUpdates failed, trying again in %.1f s", wait, exc_info=error)
                return
            level = logging.INFO if state.attempt_number == 1 else logging.WARNING
            logger.log(level, "getUpdates failed, trying again in %.1f s: %s", wait, error)


def _last_number(envelopes: list[Envelope], offset: int) -> int:
    """Return the last update's number: not the highest, for after a quiet week the numbers may start lower."""
    return next((envelope.update_id for envelope in reversed(envelopes) if envelope.is_update), offset - 1)


def stale_seconds(batches: int) -> float:
    """Return how long to wait after so many batches in a row without anything new, at most about 10 s."""
    return float(2 ** min(batches, 7) / 12.8)


def may_pass(error: BaseException) -> bool:
    """Every failure of the call may pass, also those of the library on a garbled answer; a rejected token does not."""
    return isinstance(error, Exception) and not isinstance(error, ConfigurationError)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return _calm(state) if isinstance(error, Conflict) else wait_politely(state)
