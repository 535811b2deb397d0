"""/restart: all bot processes begin anew, one after the other; whoever asked hears when they are back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed
from botcore.runtime import restart


@command("restart", args=[], help=gettext_lazy("Begin all bot processes anew"), role=Role.OWNER, private=True)
async def ask(_update: Update, context: Context) -> None:
    """Ask whether it is meant."""
    question = _("Restart all bot processes? Each ends what it does and begins anew; nothing is lost.")
    await context.ask("restart_ok", "ask", yes=_("Restart"), given={}, question=question)


@confirmed("restart_ok", role=Role.OWNER)
async def begin(_update: Update, context: Context) -> None:
    """Wish for it, once: an attempt at this press that is made after the restart must not ask for another."""
    update = {"bot_id": context.bot.id, "update_pk": context.update_pk}
    await in_database(restart.want_once, **update, by=context.by, chat_id=context.person.id)
    await context.edit("sentence", sentence=_("The restart begins. I tell you here when I am back."))
