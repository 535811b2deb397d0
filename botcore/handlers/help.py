"""/help: what the bot can do, computed from the registered commands."""

from django.utils.translation import gettext_lazy as _
from telegram import Update
from telegram.constants import ChatType

from botcore.access.book import role_of
from botcore.pipeline.context import Context
from botcore.registry import command


@command("help", help=_("What I can do"))
async def help_(_update: Update, context: Context) -> None:
    """List the commands this person may use."""
    private = context.message.chat.type == ChatType.PRIVATE
    commands = context.bot_data["registry"].menu(role_of(context.person.id), private=private)
    await context.answer("help", commands=commands, private=private)
