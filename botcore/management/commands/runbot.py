"""`manage.py runbot`: one bot process. Exit codes: 0 clean stop, 78 configuration error, 1 anything else."""

import asyncio
import logging
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand

from botcore.bot import Bot
from botcore.exceptions import ConfigurationError
from botcore.logs import redact
from botcore.preflight import check_set_up

logger = logging.getLogger(__name__)

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h


class Command(BaseCommand):
    """Runs the bot until SIGTERM or SIGINT."""

    help = "Run the Telegram bot: poll, handle, answer; until SIGTERM."
    requires_system_checks: list[str] = []  # preflight says the same in one sentence

    def handle(self, **_options: Any) -> None:
        """Check the set-up, then run."""
        try:
            check_set_up()
            asyncio.run(run())
        except ConfigurationError as exc:
            self.stderr.write(redact(str(exc)))
            sys.exit(EXIT_CONFIGURATION)
        except Exception:
            logger.critical("the bot ended", exc_info=True)  # by the log: a bare traceback could show the token
            sys.exit(1)


async def run() -> None:
    """Run one bot and let the signals stop it."""
    bot = Bot()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, bot.stop)
    await bot.run()
