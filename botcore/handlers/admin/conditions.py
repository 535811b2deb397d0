"""The buttons under alerts of conditions: take one on, be silent about it. Every press asks anew whether it may be."""

from django.utils.translation import gettext as _
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.alerts import telegram_message
from botcore.alerts.conditions import triage
from botcore.alerts.told import Told
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.registry import button


@button("condition_ack", role=Role.ADMIN)
async def acknowledge(_update: Update, context: Context) -> None:
    """Take it on: no repeats until it ends."""
    said = await in_database(triage.take_on, context.value, by=context.by)
    await show(context, said, done=_("Acknowledged"))


@button("condition_silence", role=Role.ADMIN)
async def silence(_update: Update, context: Context) -> None:
    """Tell nothing of it for an hour."""
    said = await in_database(triage.silence_for_an_hour, context.value, by=context.by)
    await show(context, said, done=_("Silenced for an hour"))


async def show(context: Context, said: Told, done: str) -> None:
    """Put the condition, and what was done about it, in the place of the alert."""
    rows = [
        [InlineKeyboardButton(one.text, url=one.url or None, callback_data=one.data or None) for one in row]
        for row in telegram_message.buttons(said)
    ]
    facts = {"alert": said, "opens": telegram_message.opens(), "done": done, "by": context.person.first_name}
    await context.edit("alert", buttons=rows, **facts)
    await context.toast(done)
