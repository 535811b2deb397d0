"""/loglevel: how much each logger says, changed for a while in every process."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.logs import levels
from botcore.paging import sliced
from botcore.pipeline.arguments import Choice, Name
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place, turning
from botcore.registry import button, command
from botcore.runtime import log_levels

LISTED, USUAL = 8, "1h"
LOGGER = Name("logger", default="", help=gettext_lazy("Such as botcore.inbox, or root; without it all"))
LEVEL = Choice("level", default="", among=[level.lower() for level in levels.LEVELS], help=gettext_lazy("From now on"))
LENGTH = Choice("for", default=USUAL, among=list(log_levels.DURATIONS), help=gettext_lazy("For how long"))


@command(
    "loglevel",
    args=[LOGGER, LEVEL, LENGTH],
    help=gettext_lazy("How much the log says"),
    role=Role.ADMIN,
    private=True,
)
async def loglevel(_update: Update, context: Context) -> None:
    """List the loggers, show one, or change it."""
    given = context.arguments
    if given["level"]:
        await change(context, given["logger"], given["level"], given["for"])
    elif given["logger"]:
        await context.answer("logger", **await _card(given["logger"]))
    else:
        await context.answer("loggers", **await _list())


@button("loggers", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page of the list."""
    await context.edit("loggers", **await _list(place(context.value)[1]))


@button("logger", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show one logger."""
    await context.edit("logger", **await _card(context.value))


@button("logger_to", role=Role.ADMIN)
async def choose(_update: Update, context: Context) -> None:
    """Change it for an hour."""
    logger, level = place(context.value)
    await change(context, logger, level, USUAL)


@button("logger_back", role=Role.ADMIN)
async def back(_update: Update, context: Context) -> None:
    """Put it back to what is configured."""
    await in_database(log_levels.reset_level, logger=context.value, by=context.by)
    await context.edit("logger", **await _card(context.value))


async def change(context: Context, logger: str, level: str, length: str) -> None:
    """Change a logger's level, and show it."""
    wanted = {"logger": logger, "level": level.upper(), "duration": length}
    await in_database(log_levels.set_level, **wanted, by=context.by)
    show = context.edit if context.is_press else context.answer
    await show("logger", **await _card(logger))


async def _list(cursor: str = "") -> dict[str, Any]:
    changed = {row.logger: row for row in await in_database(log_levels.changed_levels)}
    known = {**dict.fromkeys(changed), **levels.known_loggers()}  # what is changed stands first
    page = sliced(list(known), cursor, size=LISTED)
    rows = [
        (number, name, known[name] or changed[name].level, name in changed) for number, name in enumerate(page.rows, 1)
    ]
    numbers = [callback_button(str(number), "logger", name) for number, name, *_rest in rows]
    buttons = [numbers[:4], numbers[4:], turning("loggers", page)]
    return {"rows": rows, "buttons": [row for row in buttons if row]}


async def _card(logger: str) -> dict[str, Any]:
    if not levels.is_logger_name(logger):
        raise UserError(_("A logger's name is words with dots between them, like botcore.inbox, or root."))
    changed = {row.logger: row for row in await in_database(log_levels.changed_levels)}.get(logger)
    configured = levels.configured_level(logger)
    choices = [callback_button(level, "logger_to", f"{logger}|{level}") for level in levels.LEVELS]
    reset = [[callback_button(_("As configured"), "logger_back", logger)]] if changed else []
    more = [callback_button(AGAIN, "logger", logger), callback_button(_("All loggers"), "loggers")]
    facts = {"logger": logger, "changed": changed, "configured": configured}
    return {**facts, "level": changed.level if changed else configured, "buttons": [choices, *reset, more]}
