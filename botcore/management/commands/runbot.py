"""`manage.py runbot`: one bot process. Exit codes: 0 clean stop, 78 configuration error, 1 anything else.

A restart that somebody asked for (runtime/restart.py) is no end: the process runs itself anew under the same id.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand

from botcore.anew import begin_anew, take_note, was_stopped_between
from botcore.bot import Bot
from botcore.exceptions import ConfigurationError
from botcore.inbox.exclusive import hold_database
from botcore.logs import flush, in_context, redact
from botcore.monitoring.identity import process_name
from botcore.preflight import check_database, check_set_up
from botcore.runtime import settings as runtime
from botcore.runtime.restart import begin

logger = logging.getLogger(__name__)

SAME_SIGNAL_SECONDS = 0.05  # timeout(1) and the like send a process the same signal twice
EXIT_FAILURE = 1
EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h
LAST_LINES_SECONDS = 0.5  # for what is logged already; a pipe that nobody reads must not hold up the second signal
LEAVE_SECONDS = 3.0  # how long what goes on after the stop may hold up the end of the process


class Command(BaseCommand):
    """Runs the bot until SIGTERM or SIGINT."""

    help = "Run the Telegram bot: take updates, handle, answer; until SIGTERM."
    requires_system_checks: list[str] = []  # preflight says the same in one sentence

    def handle(self, **_options: Any) -> None:
        """Check the set-up, run, and end with the code that says how it went."""
        note = take_note()
        code = 0 if was_stopped_between() else self._run(note)
        if code:
            sys.exit(code)

    def _run(self, note: str) -> int:
        try:
            check_set_up()
            with hold_database():  # first: a process that is refused leaves no trace
                check_database()
                paid_rate = runtime.value("broadcasts.paid_per_second")
                bot = Bot(life=begin(process_name(), note), paid_rate=paid_rate)
                asyncio.run(run(bot))
            if last_words := bot.note:
                begin_anew(last_words)
        except ConfigurationError as exc:
            flush()  # the sentence is the last line
            self.stderr.write(redact(str(exc)))
            return EXIT_CONFIGURATION
        except Exception:
            logger.critical("the bot ended", exc_info=True)  # by the log: a bare traceback could show the token
            return EXIT_FAILURE
        return 0


async def run(bot: Bot) -> None:
    """Run the bot; the first signal stops it in order, the second one ends the process at once."""
    loop = asyncio.get_running_loop()
    first: float | None = None

    def obey(_number: int, _frame: object) -> None:  # not the loop's own way: that one waits for a handler that blocks
        nonlocal first
        bot.wish = None  # also when it was on its way to begin anew
        if first is None:
            first = time.monotonic()
            with suppress(RuntimeError):  # the loop is over
                loop.call_soon_threadsafe(bot.stop)
        elif time.monotonic() - first > SAME_SIGNAL_SECONDS:
            flush(LAST_LINES_SECONDS)
            os._exit(EXIT_FAILURE)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, obey)
    code = EXIT_FAILURE
    try:
        await bot.run()
        code = 0
    except ConfigurationError:
        code = EXIT_CONFIGURATION
        raise
    finally:
        leave_soon(code, bot)


def leave_soon(code: int, bot: Bot) -> None:
    """End the process even if a handler swallows its cancellation, or a thread waits for a server that hangs.

    Python would wait for both without limit; their updates are not completed, so that they are handled again.
    """

    def leave() -> None:
        logger.warning("something still ran %.0f s after the stop; the process ends without it", LEAVE_SECONDS)
        if bot.note and not code:
            with suppress(OSError):
                begin_anew(bot.note)
        logging.shutdown()
        os._exit(code)

    timer = threading.Timer(LEAVE_SECONDS, in_context(leave))
    timer.daemon = True
    timer.start()
