"""The buttons under a broadcast that are pressed: who presses one is counted and gets its answer."""

from django.utils.translation import gettext as _
from telegram import Update

from botcore.broadcasts.presses import press
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.registry import button


@button("broadcast_press")
async def pressed(_update: Update, context: Context) -> None:
    """Count the person, and answer what the broadcast says."""
    answer = await in_database(press, context.value, user_id=context.person.id)
    await context.toast(_("This button is too old.") if answer is None else answer)
