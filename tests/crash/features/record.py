"""Writes into the journal when the handling of a message begins and ends, with a short wait that kills can hit."""

import asyncio
import random
from contextlib import suppress

from telegram import Update
from telegram.error import TelegramError

from botcore.pipeline.context import Context
from botcore.registry import message
from tests.crash import journal

LONGEST_WAIT = 0.03  # seconds
REPLY_EVERY = 10  # messages


@message(private=True)
async def record(_update: Update, context: Context) -> None:
    """Note beginning and end; the number is the last word of the text. A few messages are answered."""
    text = context.message.text or ""
    number = int(text.rpartition(" ")[2])
    about = (context.message.chat_id, number, context.update_pk)
    journal.note(journal.BEGIN, *about)
    try:
        await asyncio.sleep(random.uniform(0, LONGEST_WAIT))
        if number % REPLY_EVERY == 0:
            with suppress(TelegramError):  # the network may be the one that is cut
                await context.answer("sentence", sentence=text)
    except asyncio.CancelledError:
        journal.note(journal.STOPPED, *about)
        raise
    journal.note(journal.END, *about)
