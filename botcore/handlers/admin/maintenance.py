"""/maintenance: while it is on, members hear that the bot is being worked on; people with a role are served."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.pipeline.arguments import Choice, Duration
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.sentences import ends_after
from botcore.registry import button, command, confirmed
from botcore.runtime.setting_deeds import one
from botcore.runtime.settings import LONGEST, change
from botcore.validators import as_duration

NAME = "maintenance"
SWITCH = Choice("switch", default="", among=("on", "off"), help=gettext_lazy("on or off; without it how it is"))
LENGTH = Duration(
    "for",
    default=None,
    least=timedelta(minutes=1),
    most=LONGEST,
    help=gettext_lazy("30m, 2h …; without it until somebody ends it"),
)


@command("maintenance", args=[SWITCH, LENGTH], help=gettext_lazy("Serve only people with a role"), role=Role.ADMIN)
async def maintenance(_update: Update, context: Context) -> None:
    """Show how it is, ask before it is switched on, or switch it off."""
    given = context.arguments
    if given["switch"] == "on":
        await ask(context, given["for"])
    elif given["switch"] == "off":
        await switch_off(context)
    else:
        await context.answer("maintenance", **await _facts())


@button("maintenance_on", role=Role.ADMIN)
async def on(_update: Update, context: Context) -> None:
    """Ask in the message's place."""
    await ask(context, None)


@button("maintenance_off", role=Role.ADMIN)
async def off(_update: Update, context: Context) -> None:
    """End it."""
    await switch_off(context)


@confirmed("maintenance_ok", role=Role.ADMIN)
async def begin(_update: Update, context: Context) -> None:
    """Begin it, and say until when it lasts."""
    until = ends_after(context.confirmed["seconds"])
    await in_database(change, NAME, True, by=context.by, until=until)
    await context.edit("maintenance", **await _facts())


async def ask(context: Context, length: timedelta | None) -> None:
    """Ask whether members shall be sent away."""
    words = {"time": as_duration(length) if length else ""}
    question = (
        _("Begin maintenance for %(time)s? Members are told to come back later.") % words
        if length
        else _("Begin maintenance until somebody ends it? Members are told to come back later.")
    )
    given = {"seconds": length.total_seconds() if length else None}
    await context.ask("maintenance_ok", "ask", yes=_("Begin"), given=given, question=question)


async def switch_off(context: Context) -> None:
    """End it, and say so; or that it was off."""
    done = await in_database(change, NAME, False, by=context.by)
    words = _("The maintenance is over.") if done.is_new else _("There is no maintenance.")
    facts = {**await _facts(), "done": words}
    show = context.edit if context.is_press else context.answer
    await show("maintenance", **facts)


async def _facts() -> dict[str, Any]:
    row = await in_database(one, NAME)
    is_on = row.typed == "on"
    other = callback_button(_("End"), "maintenance_off") if is_on else callback_button(_("Begin"), "maintenance_on")
    return {"is_on": is_on, "setting": row, "buttons": [[other]]}
