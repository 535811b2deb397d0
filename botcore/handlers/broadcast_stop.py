"""The button under a broadcast for those who want no more of them."""

from django.utils.translation import gettext as _
from telegram import Update

from botcore.broadcasts.optout import opt_out
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.registry import button
from botcore.validators import whole


@button("broadcast_stop")
async def stop(_update: Update, context: Context) -> None:
    """Write first to this person no more, and say how that is undone."""
    await in_database(opt_out, whole(context.value), user_id=context.person.id)
    await context.toast(_("You get no more of these messages. /settings turns them on again."))
