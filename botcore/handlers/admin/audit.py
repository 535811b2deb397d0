"""/audit: who changed what, newest first; words say which room, action, target, way or person."""

from typing import Any

from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.audit.words import named
from botcore.database import in_database
from botcore.pipeline.arguments import Text
from botcore.pipeline.context import Context
from botcore.pipeline.lists import place, turning
from botcore.registry import button, command

LISTED = 8
WORDS = Text(
    "words",
    default="",
    most=200,
    help=gettext_lazy("Such as errors, errors.resolve, person:42, telegram, or who did it: a name or a Telegram id"),
)


@command("audit", args=[WORDS], help=gettext_lazy("Who changed what"), role=Role.ADMIN, private=True)
async def audit(_update: Update, context: Context) -> None:
    """List entries, newest first."""
    await context.answer("audit", **await listed(context.arguments["words"]))


@button("audit", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page in the list's place."""
    await context.edit("audit", **await listed(*place(context.value)))


async def listed(words: str, cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    page = await in_database(named, words, cursor=cursor, size=LISTED)
    return {"found": page.rows, "words": words, "buttons": [turning("audit", page, about=words)]}
