"""/whoami: what the bot knows of the one who asks, and may say: name, id, role, language, staff account."""

from django.utils.translation import gettext_lazy as _
from telegram import Update
from telegram.constants import ChatType

from botcore.database import in_database
from botcore.people import cards
from botcore.pipeline.context import Context
from botcore.pipeline.gate import NOBODY
from botcore.registry import command


@command("whoami", args=[], help=_("Your name, id and role here"))
async def whoami(_update: Update, context: Context) -> None:
    """Say it; in a group without the staff account."""
    private = context.message.chat.type == ChatType.PRIVATE
    if context.person.id in NOBODY:
        await context.answer("denied", anonymous=True)
        return
    me = await in_database(cards.myself, context.person.id)
    await context.answer("whoami", me=me, language=context.person.language, private=private)
