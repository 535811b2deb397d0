"""The bot's loop that keeps its book of access and its debts right: what other processes changed arrives here."""

import asyncio
import time
from dataclasses import replace

from botcore import sql
from botcore.access import selectors
from botcore.access.book import BOOK, SECONDS
from botcore.access.throttle import THROTTLE
from botcore.access.throttle_store import add_debts, forget_debts
from botcore.database import in_database, patiently
from botcore.runtime.setting_cache import CACHE

TELL_SECONDS, FORGET_SECONDS = 1.0, 60.0


async def watch_access() -> None:
    """Look at what has changed and tell what was spent, until cancelled."""
    looked = forgot = 0.0
    while True:
        now = time.monotonic()
        if now - looked >= SECONDS:
            looked = now
            async for attempt in patiently("access"):
                with attempt:
                    await in_database(look)
        if sql.is_postgresql():
            await _tell(forget=now - forgot >= FORGET_SECONDS)
            forgot = now if now - forgot >= FORGET_SECONDS else forgot
        await asyncio.sleep(TELL_SECONDS)


def look() -> None:
    """Read anew what others may have changed; groups of staff accounts are changed in Django's admin, too."""
    if BOOK.is_stale or selectors.version() != BOOK.page.version:
        load()
    elif (roles := selectors.roles()) != BOOK.page.roles:
        BOOK.turn(replace(BOOK.page, roles=roles), changes=BOOK.changes)


def is_known() -> bool:
    """Tell whether this process knows what it has changed itself."""
    return not (BOOK.is_stale or CACHE.is_stale)


def load() -> None:
    """Read anew what this process has changed, of the book and of the settings."""
    if CACHE.is_stale:
        CACHE.refresh()
    changes = BOOK.changes
    BOOK.turn(selectors.snapshot(), changes=changes)


async def _tell(*, forget: bool) -> None:
    """Tell other processes what busy people have spent here, and hear what they have spent there."""
    if spent := THROTTLE.take_spent():
        try:
            THROTTLE.adopt(await in_database(add_debts, spent))
        except BaseException:
            THROTTLE.give_back(spent)
            raise
    if forget:
        await in_database(forget_debts)
