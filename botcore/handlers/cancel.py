"""/cancel: leave what was begun, such as writing to a person."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.pipeline.context import Context
from botcore.pipeline.conversation import NOWHERE
from botcore.registry import command


@command("cancel", args=[], help=gettext_lazy("Leave what was begun"), always=True)
async def cancel(_update: Update, context: Context) -> None:
    """Forget where the person stands."""
    was_at = context.conversation.at
    context.conversation.end()
    await context.tell(_("There is nothing to cancel.") if was_at == NOWHERE else _("Cancelled."))
