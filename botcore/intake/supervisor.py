"""Polling as a duty of one process: elected, watched, rebuilt when it dies or hangs; the others stand by."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from django.utils import timezone

from botcore.database import in_database, patiently
from botcore.exceptions import BotdeckError, ConfigurationError
from botcore.inbox import store
from botcore.inbox.envelope import Envelope
from botcore.inbox.takeover import last_sign_of_life
from botcore.intake.outage import report_gap, report_outage
from botcore.intake.watch import Watch
from botcore.runtime.duty import Duty
from botcore.tell import Tell

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
END_SECONDS = 10.0  # how long a loop that is given up may take to end
HANG_SECONDS = 60.0  # beyond the long poll's own length: no getUpdates takes so long by its own time limits
DEAF_SECONDS = 120.0  # without an answer: new connections, a new look at the name server
REBUILDS = 3  # within REBUILD_WINDOW, then the process ends for its supervisor
REBUILD_WINDOW = 600.0


class PollingError(BotdeckError):
    """The poll loop ended or hung again and again; the process must be started anew."""


class PollingSupervisor:
    """Runs a poll loop while this process has the duty. `poll` is the loop, `reconnect` renews its connections."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        bot_id: int,
        process: str,
        duty: Duty,
        poll: Callable[[], Awaitable[None]],
        reconnect: Callable[[], Awaitable[None]],
        poll_seconds: float,
        watch: Watch,
        tell: Tell,
    ) -> None:
        self._bot_id = bot_id
        self._process = process
        self._duty = duty
        self._poll = poll
        self._reconnect = reconnect
        self._hang_seconds = poll_seconds + HANG_SECONDS
        self._watch = watch
        self._tell = tell
        self._deaths: list[float] = []
        self._last_known: int | None = None
        self._first = True

    async def run(self) -> None:
        """Poll or stand by until cancelled; raise PollingError when the loop cannot be kept alive."""
        await self._duty.run(self._keep_polling)

    def came(self, new: Sequence[Envelope]) -> None:
        """Look for a gap before the first updates of this process' term."""
        numbers = [envelope.update_id for envelope in new if envelope.is_update]
        if self._first and numbers:
            self._first = False
            report_gap(self._tell, last_known=self._last_known, first_new=min(numbers))

    async def _keep_polling(self) -> None:
        await self._look_back()
        try:
            while True:
                self._count_death(await self._poll_once())
                await self._reconnect()
        finally:
            self._watch.end()

    def _count_death(self, reason: str) -> None:
        """Remember that the loop ended or hung; raise PollingError when it did so too often."""
        now = time.monotonic()
        self._deaths = [*(at for at in self._deaths if now - at < REBUILD_WINDOW), now]
        if (times := len(self._deaths)) > REBUILDS:
            self._tell("poller", f"Polling {reason}; the process ends.", level="error")
            raise PollingError(f"polling {reason}, {times} times in {REBUILD_WINDOW:.0f} s")
        self._tell("poller", f"Polling {reason}; it is rebuilt.", level="error")

    async def _look_back(self) -> None:
        """Report how long nobody polled, and remember what came last, to see a gap."""
        async for attempt in patiently("intake"):
            with attempt:
                alive = await in_database(last_sign_of_life, self._bot_id, besides=self._process)
                self._last_known = await in_database(store.newest_number, self._bot_id)
        self._first = True
        signs = [at for at in (alive, self._watch.last_poll_at) if at]  # this process may have polled before
        report_outage(self._tell, max(0.0, (timezone.now() - max(signs)).total_seconds()) if signs else None)

    async def _poll_once(self) -> str:
        """Poll until the loop dies or hangs; return how."""
        polling = asyncio.ensure_future(self._poll())
        patience, is_told = DEAF_SECONDS, False
        try:
            while True:
                await asyncio.wait({polling}, timeout=LOOK_SECONDS)
                if polling.done():
                    is_told = True
                    return _how_it_ended(polling)
                if self._watch.stuck_for() > self._hang_seconds:
                    return f"hung for {self._watch.stuck_for():.0f} s"
                deaf = self._watch.deaf_for()
                if deaf <= DEAF_SECONDS:
                    patience = DEAF_SECONDS
                elif deaf > patience:
                    logger.warning("no answer from Telegram for %.0f s; connecting anew", deaf)
                    await self._reconnect()
                    patience = deaf + DEAF_SECONDS
        finally:
            if not is_told:  # it is hung, or given up together with the duty
                polling.add_done_callback(_look_at_the_end)  # also of one that takes longer than we wait
                polling.cancel()
                await asyncio.wait({polling}, timeout=END_SECONDS)


def _look_at_the_end(polling: asyncio.Future[None]) -> None:
    """Log what a loop met that was being ended: nobody else asks."""
    if not polling.cancelled() and (error := polling.exception()):
        logger.error("polling ended badly", exc_info=error)


def _how_it_ended(polling: asyncio.Future[None]) -> str:
    """Describe the end of the loop; raise what must end the process at once."""
    if polling.cancelled():
        return "was cancelled"
    error = polling.exception()
    if isinstance(error, ConfigurationError):
        raise error
    logger.error("polling ended", exc_info=error)
    return f"ended ({type(error).__name__}: {error})" if error else "ended"
