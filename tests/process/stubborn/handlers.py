"""Handlers that hold up a stop, or the whole event loop."""

import asyncio
import time

from asgiref.sync import sync_to_async
from telegram import Update

from botcore.pipeline.context import Context
from botcore.registry import command

FOR_EVER = 600.0  # seconds: longer than any test waits
BLOCKED_SECONDS = 18.0  # more than two leases of the test


@command("swallow")
async def swallow(_update: Update, context: Context) -> None:
    """Go on whatever happens."""
    await context.tell("begun")
    while True:
        try:
            await asyncio.sleep(FOR_EVER)
        except asyncio.CancelledError:
            continue


@command("thread")
async def thread(_update: Update, context: Context) -> None:
    """Wait in a thread, which nobody can end."""
    await context.tell("begun")
    await sync_to_async(time.sleep)(FOR_EVER)


@command("block")
async def block(_update: Update, context: Context) -> None:
    """Block the event loop for longer than a lease."""
    await context.tell("begun")
    time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251 (this is what is tested)
    await context.tell("done")


@command("next")
async def next_one(_update: Update, context: Context) -> None:
    """Come after it."""
    await context.tell("next")
