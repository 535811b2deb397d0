"""Every other private message is feedback to the operators: kept, acknowledged once, shown on the dashboard."""

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters
from telegram.helpers import effective_message_type

from botcore.database import in_database
from botcore.feedback import services as feedback
from botcore.feedback.services import Note
from botcore.pipeline.context import Context
from botcore.registry import Order, button, message

LONGEST_NAME = 64  # characters of a command that does not exist are repeated to the person


@message(~filters.StatusUpdate.ALL, order=Order.FALLBACK, private=True)
async def keep(_update: Update, context: Context) -> None:
    """Keep the message; thank for the first of a row, and point out a command that does not exist."""
    sent = context.message
    kind = str(effective_message_type(sent) or "other")
    text = sent.text or sent.caption or ""
    is_command = text.startswith("/")
    where = (context.update_pk, context.person.id, sent.chat.id, sent.message_id)
    first = await in_database(feedback.keep, Note(*where, kind, text, sent.date, unread=not is_command))
    if is_command:
        await context.answer("unknown_command", command=text.split()[0][:LONGEST_NAME])
    elif first:
        await context.answer("thanks")


@button("", order=Order.FALLBACK)
async def old_button(_update: Update, context: Context) -> None:
    """Answer a button whose feature is gone."""
    await context.toast(_("This button is no longer in use."))
