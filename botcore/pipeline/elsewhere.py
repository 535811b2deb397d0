"""Commands for private chats, written in a group: who may use them hears where they work; others get no answer.

The registry installs it before all features; who writes the command in private never comes by here.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from telegram import Message, Update
from telegram.ext import CommandHandler, filters

from botcore.access.book import role_of
from botcore.access.roles import Role
from botcore.pipeline.context import Context
from botcore.pipeline.rights import needed_role
from botcore.pipeline.terms import Terms

GROUPS = filters.UpdateType.MESSAGE & filters.ChatType.GROUPS


class MayUse(filters.MessageFilter):
    """Messages whose command their author may use, thanks to a role."""

    def __init__(self, commands: Mapping[str, Terms]) -> None:
        super().__init__()
        self._commands = commands

    def filter(self, message: Message) -> bool:
        """Ask for the author's role; members are nobody here."""
        name = (message.text or message.caption or "").split(maxsplit=1)[0].partition("@")[0]
        terms = self._commands.get(name.removeprefix("/").lower())
        role = role_of(message.from_user.id if message.from_user else None)
        return terms is not None and role > Role.MEMBER and role >= needed_role(terms)


def elsewhere(commands: Mapping[str, Terms]) -> CommandHandler[Any, Any]:
    """Return the handler for these commands of private chats."""
    return CommandHandler(list(commands), _point_to_private, filters=GROUPS & MayUse(commands))


async def _point_to_private(_update: Update, context: Context) -> None:
    await context.tell(_("Write me that in private."))
