"""/help: what the bot can do, computed from the registered commands; /help NAME says how one is used."""

from itertools import groupby

from django.utils.translation import gettext_lazy as _
from telegram import Update
from telegram.constants import ChatType

from botcore.access.roles import Role
from botcore.exceptions import ValidationError
from botcore.pipeline.arguments import Name, usage
from botcore.pipeline.context import Context
from botcore.pipeline.rights import needed_role
from botcore.registry import Feature, Registry, command


@command("help", args=[Name("command", default="")], help=_("What I can do"))
async def help_(_update: Update, context: Context) -> None:
    """List the commands this person may use, or explain the one that is named."""
    registry: Registry = context.bot_data["registry"]
    if name := context.arguments["command"]:
        await explain(registry, name.removeprefix("/").lower(), context)
        return
    private = context.message.chat.type == ChatType.PRIVATE
    groups = by_role(registry.usable(context.role, private=private))
    await context.answer("help", groups=groups, private=private)


def by_role(features: list[Feature]) -> list[tuple[Role, list[Feature]]]:
    """Return the commands below the role that they take."""
    return [(role, list(some)) for role, some in groupby(features, lambda feature: needed_role(feature.terms))]


async def explain(registry: Registry, name: str, context: Context) -> None:
    """Say how a command is used, to those who may use it."""
    feature = registry.named(name)
    if feature is None or not feature.help or needed_role(feature.terms) > context.role:
        raise ValidationError(_("There is no command /%(name)s for you.") % {"name": name[:32]})
    arguments = feature.terms.arguments or ()
    await context.answer("help_command", usage=usage(name, arguments), help=feature.help, arguments=arguments)
