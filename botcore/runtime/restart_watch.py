"""The bot's loop that sees the wish for a restart, and lets its process obey; see restart.py."""

import asyncio
from collections.abc import Callable

from botcore.database import in_database, patiently
from botcore.runtime import restart
from botcore.runtime.restart import Life, Wish

LOOK_SECONDS = 1.0


async def watch_restart(life: Life, *, is_working: Callable[[], bool], obey: Callable[[Wish], None]) -> None:
    """Look until cancelled, as soon as the process works."""
    while True:
        if is_working():
            async for attempt in patiently("restart"):
                with attempt:
                    wish = await in_database(restart.look, life)
            if wish:
                obey(wish)
        await asyncio.sleep(LOOK_SECONDS)
