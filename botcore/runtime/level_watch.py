"""Brings changed settings and log levels into a process: a loop in the bot, a thread in the web."""

import asyncio
import logging
import os
import threading

from django.db import Error as DatabaseError
from django.db import connections

from botcore.database import in_database, patiently
from botcore.runtime import log_levels, settings

logger = logging.getLogger(__name__)

BOT_SECONDS, WEB_SECONDS = 2.0, 5.0


async def watch_levels(seconds: float = BOT_SECONDS) -> None:
    """Look for changes until cancelled."""
    while True:
        async for attempt in patiently("settings"):
            with attempt:
                await in_database(take_over)
        await asyncio.sleep(seconds)


def take_over() -> None:
    """Let this process know what is changed now."""
    settings.refresh()
    log_levels.apply()


def watch_levels_in_thread() -> None:
    """Look for changes in a thread of this process, and of those that it forks."""
    _start()
    os.register_at_fork(after_in_child=_start)


def _start() -> None:
    threading.Thread(target=_watch, name="settings", daemon=True).start()


def _watch() -> None:
    done = threading.Event()
    while not done.wait(WEB_SECONDS):
        look()


def look() -> None:
    """Look once; while the database is away all stays as it is, and its pages say so."""
    try:
        take_over()
    except (DatabaseError, OSError) as exc:
        logger.debug("changed settings cannot be read: %s", exc)
    except Exception:  # the thread must go on
        logger.exception("the look at settings failed")
    finally:
        connections.close_all()
