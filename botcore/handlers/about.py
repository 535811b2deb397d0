"""/about: what runs here, and which version."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from telegram import Update

from botcore.pipeline.context import Context
from botcore.registry import command


@command("about", help=_("About this bot"))
async def about(_update: Update, context: Context) -> None:
    """Name the bot and the version."""
    await context.answer("about", bot=context.bot, version=settings.VERSION)
