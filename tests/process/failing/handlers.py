"""Handlers that fail in the ways that matter for the process around them."""

import asyncio
import os
import threading

from telegram import Update

from botcore.exceptions import ConfigurationError
from botcore.pipeline.context import Context
from botcore.registry import command


@command("bug", retry=False)
async def bug(_update: Update, _context: Context) -> None:
    """Fail with secrets in the text and in sight."""
    password = "planted-secret-1"
    raise ValueError(f"postgres://bot:planted-secret-2@db/bot refused a password of {len(password)} letters")


@command("set_up")
async def set_up(_update: Update, context: Context) -> None:
    """Need a variable."""
    if not os.environ.get("SHOP_ADDRESS"):
        raise ConfigurationError("SHOP_ADDRESS is not set: write the shop's address.")
    await context.tell("set up")


@command("leave")
async def leave(_update: Update, context: Context) -> None:
    """Leave a task and a thread behind that fail, and do not ask how they went."""

    async def fail() -> None:
        raise LookupError("the task failed")

    def fail_in_thread() -> None:
        raise RuntimeError("the thread failed: api_key=planted-secret-3")

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    thread = threading.Thread(target=fail_in_thread)
    thread.start()
    thread.join()
    await context.tell("left")


@command("fine")
async def fine(_update: Update, context: Context) -> None:
    """Do well."""
    await context.tell("fine")
