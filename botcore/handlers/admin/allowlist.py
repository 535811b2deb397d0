"""/allow, /disallow and /allowed: the list of people and groups whom the bot serves where it serves only those."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update
from telegram.constants import ChatType

from botcore import validators
from botcore.access import gate_selectors, selectors
from botcore.access import services as access
from botcore.access.roles import Role
from botcore.access.selectors import Target
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import LISTED
from botcore.pipeline.arguments import Argument, ArgumentError
from botcore.pipeline.context import Context
from botcore.pipeline.lists import place, turning
from botcore.registry import button, command
from botcore.runtime.settings import described


class Reference(Argument):
    """A person or group by @name, link or id; also one that the bot has not met."""

    def read(self, word: str) -> str:
        """Return the word, which the service looks up."""
        validators.chat_reference(word)
        return word


CHAT = Reference("chat", default="", help=gettext_lazy("@name or an id; without it, in a group, the group itself"))


@command("allow", args=[CHAT], help=gettext_lazy("Put a person or group on the list"), role=Role.MODERATOR)
async def allow(_update: Update, context: Context) -> None:
    """Let it in."""
    target = await wanted(context)
    is_new = await in_database(access.allow, chat_id=target.chat_id, by=context.by)
    words = _("On the list now: %(who)s.") if is_new else _("On the list already: %(who)s.")
    await context.answer("sentence", sentence=words % {"who": named(target)})


@command("disallow", args=[CHAT], help=gettext_lazy("Take one off the list"), role=Role.MODERATOR)
async def disallow(_update: Update, context: Context) -> None:
    """Let it in no more."""
    target = await wanted(context)
    if not await in_database(access.disallow, chat_id=target.chat_id, by=context.by):
        raise UserError(_("Not on the list: %(who)s.") % {"who": named(target)})
    await context.answer("sentence", sentence=_("Off the list now: %(who)s.") % {"who": named(target)})


@command("allowed", args=[], help=gettext_lazy("Who is on the list"), role=Role.MODERATOR, private=True)
async def allowed(_update: Update, context: Context) -> None:
    """List them."""
    await context.answer("allowed", **await listed())


@button("allowed", role=Role.MODERATOR)
async def turn(_update: Update, context: Context) -> None:
    """Show another page of the list in its place."""
    await context.edit("allowed", **await listed(place(context.value)[1]))


async def wanted(context: Context) -> Target:
    """Return whom the command means: the one that it names, else the group it was given in."""
    chat = context.message.chat
    if typed := context.arguments["chat"]:
        return await in_database(selectors.target, typed)
    if chat.type == ChatType.PRIVATE:
        raise ArgumentError(_("Name a person or group: @name or an id."))
    return await in_database(selectors.target_of, chat.id)


def named(target: Target) -> str:
    """Name a person or group in a sentence."""
    known = target.name != str(target.chat_id)
    return f"{validators.shown(target.name)} ({target.chat_id})" if known else target.name


async def listed(cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    page = await in_database(selectors.allowed, cursor, size=LISTED)
    modes = gate_selectors.modes(await in_database(described))
    return {"allowed": page.rows, "modes": modes, "buttons": [turning("allowed", page)]}
