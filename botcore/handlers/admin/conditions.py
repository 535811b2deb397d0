"""The buttons under alerts of conditions: take one on, be silent about it. Every press asks anew whether it may be."""

from django.utils.translation import gettext as _
from telegram import Update

from botcore.access.roles import Role
from botcore.alerts.conditions import triage
from botcore.database import in_database
from botcore.handlers.admin.errors import show, who
from botcore.pipeline.context import Context
from botcore.registry import button


@button("condition_ack", role=Role.OWNER)
async def acknowledge(_update: Update, context: Context) -> None:
    """Take it on: no repeats until it ends."""
    said = await in_database(triage.take_on, context.value, by=who(context))
    await show(context, said, done=_("Acknowledged"))


@button("condition_silence", role=Role.OWNER)
async def silence(_update: Update, context: Context) -> None:
    """Tell nothing of it for an hour."""
    said = await in_database(triage.silence_for_an_hour, context.value, by=who(context))
    await show(context, said, done=_("Silenced for an hour"))
