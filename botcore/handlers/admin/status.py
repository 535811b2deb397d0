"""/status, /health and /version: how everything is, for those who look from a phone. Each has a button to look anew."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.monitoring import status as monitoring
from botcore.monitoring.health import Light, checks
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN
from botcore.registry import button, command
from botcore.sentences import measured


@command("status", args=[], help=gettext_lazy("How everything is, on one screen"), role=Role.SUPPORT)
async def status(_update: Update, context: Context) -> None:
    """Show it."""
    await context.answer("status", **await _status())


@button("status", role=Role.SUPPORT)
async def status_again(_update: Update, context: Context) -> None:
    """Show how it is now."""
    await context.edit("status", **await _status())


@command("health", args=[], help=gettext_lazy("Every check, what is wrong first"), role=Role.SUPPORT)
async def health(_update: Update, context: Context) -> None:
    """Show it."""
    await context.answer("health", **await _health())


@button("health", role=Role.SUPPORT)
async def health_again(_update: Update, context: Context) -> None:
    """Show how it is now."""
    await context.edit("health", **await _health())


@command("version", args=[], help=gettext_lazy("What runs here, and since when"), role=Role.SUPPORT)
async def version(_update: Update, context: Context) -> None:
    """Show it."""
    await context.answer("version", found=await in_database(monitoring.versions))


async def _status() -> dict[str, Any]:
    found = await in_database(monitoring.status)
    names = {figure.name: (_(figure.words), measured(figure.text)) for figure in found.figures}
    return {"found": found, "figures": names.values(), "buttons": _buttons("status", (_("Checks"), "health"))}


async def _health() -> dict[str, Any]:
    found = await in_database(checks)
    well = [check.name for check in found if check.light is Light.OK]
    return {"wrong": monitoring.troubles(found), "well": well, "buttons": _buttons("health", (_("Status"), "status"))}


def _buttons(again: str, other: tuple[str, str]) -> list[list[InlineKeyboardButton]]:
    return [[callback_button(AGAIN, again), callback_button(*other)]]
