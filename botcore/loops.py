"""keep_going(): how a loop of the bot outlives its own bugs, so that one of them never ends the process."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from botcore.exceptions import BotdeckError

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds until a loop that failed begins anew; doubled each time
STEADY_SECONDS = 60.0  # a loop that ran for so long has recovered


async def keep_going(
    loop: Callable[[], Awaitable[None]], name: str, *, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Run a loop until it ends by itself or is cancelled; one that fails is recorded and begins anew after a pause.

    An error of our own tree goes on to the caller: a set-up that cannot work, or what only a new process can mend. So
    does any error once `is_over()`, while the process stops.
    """
    pause = FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            await loop()
        except BotdeckError:
            raise
        except Exception:
            if is_over() or _is_cancelled():  # an error on the way out must not turn a stop around
                raise
            if time.monotonic() - began >= STEADY_SECONDS:
                pause = FIRST_PAUSE
            logger.exception("a loop failed; it begins anew in %.1f s: %s", pause, name)
        else:
            return
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return bool(task and task.cancelling())
