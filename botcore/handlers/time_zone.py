"""The person's own time zone, for messages that go out at hours of their day: a button of /settings asks for it."""

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters

from botcore.database import in_database
from botcore.people import attributes, time_zones
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, conversation

FLOW = "time_zone"
PATIENCE = 600.0  # seconds
WORDS = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND


@button("time_zone")
async def ask(_update: Update, context: Context) -> None:
    """Wait for its name."""
    context.conversation.start(FLOW, step="zone", seconds=PATIENCE)
    words = _("Where do you live? Write your time zone or its town, such as Europe/Berlin or Tokyo.")
    await context.answer("sentence", sentence=words, buttons=[[callback_button(_("Cancel"), "time_zone_leave")]])


@button("time_zone_leave")
async def leave(_update: Update, context: Context) -> None:
    """Wait no more."""
    context.conversation.end()
    await context.edit("sentence", sentence=_("Cancelled. Nothing was done."))


@conversation(FLOW, step="zone", matching=WORDS)
async def keep(_update: Update, context: Context) -> None:
    """Keep it as the attribute that broadcasts go by."""
    zone = time_zones.zone_name(context.message.text or "")
    await in_database(attributes.put, user_id=context.person.id, name=time_zones.NAME, value=zone)
    context.conversation.end()
    await context.answer("sentence", sentence=_("Saved: your time zone is %(zone)s.") % {"zone": zone})
