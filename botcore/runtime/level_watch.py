"""Applies changed log levels in a process: a loop in the bot, a thread in the web."""

import asyncio
import logging
import os
import threading

from django.db import Error as DatabaseError
from django.db import connections

from botcore.database import in_database, patiently
from botcore.runtime import log_levels

logger = logging.getLogger(__name__)

BOT_SECONDS, WEB_SECONDS = 2.0, 5.0


async def watch_levels(seconds: float = BOT_SECONDS) -> None:
    """Look for changes until cancelled."""
    while True:
        async for attempt in patiently("log levels"):
            with attempt:
                await in_database(log_levels.apply)
        await asyncio.sleep(seconds)


def watch_levels_in_thread() -> None:
    """Look for changes in a thread of this process, and of those that it forks."""
    _start()
    os.register_at_fork(after_in_child=_start)


def _start() -> None:
    threading.Thread(target=_watch, name="log levels", daemon=True).start()


def _watch() -> None:
    done = threading.Event()
    while not done.wait(WEB_SECONDS):
        look()


def look() -> None:
    """Look once; while the database is away the levels stay as they are, and its pages say so."""
    try:
        log_levels.apply()
    except (DatabaseError, OSError) as exc:
        logger.debug("changed log levels cannot be read: %s", exc)
    except Exception:  # the thread must go on
        logger.exception("the look at log levels failed")
    finally:
        connections.close_all()
