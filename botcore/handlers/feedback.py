"""Every other private message is feedback to the operators: kept, acknowledged once, shown on the dashboard.

Where an operator talks with the person, every message is: the rest of the bot is silent there.
"""

import re

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters
from telegram.helpers import effective_message_type

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.feedback import services as feedback
from botcore.feedback.services import Note
from botcore.pipeline.context import Context
from botcore.registry import Order, button, message

COMMAND = re.compile(r"/\w\S*")
LONGEST_NAME = 64  # characters of a command that does not exist are repeated to the person


@message(~filters.StatusUpdate.ALL, order=Order.FALLBACK, private=True, always=True)
async def keep(_update: Update, context: Context) -> None:
    """Keep the message, and thank for the first of a row; a command that does not exist is told so, and not kept."""
    sent, is_own = context.message, context.role > Role.MEMBER
    if (command := COMMAND.match(sent.text or "")) and not context.is_taken:
        await context.answer("unknown_command", command=command[0][:LONGEST_NAME])
        return
    kind, text = str(effective_message_type(sent) or "other"), sent.text or sent.caption or ""
    where = (context.update_pk, context.person.id, sent.chat.id, sent.message_id)
    note = Note(*where, kind, text, sent.date, unread=not is_own, thanked=not context.is_taken)
    if await in_database(feedback.keep, note):
        await context.answer("thanks", is_own=is_own)


@button("", order=Order.FALLBACK)
async def old_button(_update: Update, context: Context) -> None:
    """Answer a button whose feature is gone."""
    await context.toast(_("This button is no longer in use."))
