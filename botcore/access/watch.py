"""The bot's loop that keeps its book of access and its debts right: what other processes changed arrives here."""

import asyncio
import random
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
    """Look at what has changed, until cancelled."""
    while True:
        async for attempt in patiently("access"):
            with attempt:
                await in_database(look)
        await asyncio.sleep(SECONDS)


async def share_debts() -> None:
    """Tell other processes what busy people have spent here, and hear what they have spent there, until cancelled."""
    THROTTLE.is_shared = sql.is_postgresql()  # on SQLite there is one process
    while THROTTLE.is_shared:
        await asyncio.sleep(TELL_SECONDS)
        async for attempt in patiently("throttle"):
            with attempt:
                await _tell()
    await asyncio.Event().wait()


def look() -> None:
    """Read anew what others may have changed; groups of staff accounts are changed in Django's admin, too."""
    reading, page = BOOK.begin(), BOOK.page
    if BOOK.is_stale or selectors.version() != page.version:
        load()
    elif (roles := selectors.roles()) != page.roles:
        BOOK.turn(replace(page, roles=roles), reading)


def is_known() -> bool:
    """Tell whether this process knows what it has changed itself."""
    return not (BOOK.is_stale or CACHE.is_stale)


def load() -> None:
    """Read anew what this process has changed, of the book and of the settings."""
    if CACHE.is_stale:
        CACHE.refresh()
    reading = BOOK.begin()
    BOOK.turn(selectors.snapshot(), reading)


async def _tell() -> None:
    if spent := THROTTLE.take_spent():
        try:
            THROTTLE.adopt(await in_database(add_debts, spent))
            spent = {}
        finally:
            THROTTLE.give_back(spent)  # what could not be told is told next time
    elif random.random() < TELL_SECONDS / FORGET_SECONDS:  # noqa: S311 (about once a minute)
        await in_database(forget_debts)
