"""The bot's settings in a chat: the list, a card for each, changing and taking back; /settings is ../settings.py."""

from typing import Any

from django.utils.translation import gettext as _
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import PermissionDenied
from botcore.handlers.admin.errors import who
from botcore.paging import sliced
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place, turning
from botcore.registry import button, confirmed
from botcore.runtime import setting_deeds
from botcore.runtime.setting_deeds import Deed
from botcore.runtime.settings import declared, described, history

LISTED, PAST = 8, 3
FEW = ("on_off", "choice")  # kinds whose values fit on buttons
SHORT = 60  # characters of a value that an example shows


async def by_words(context: Context, key: str, value: str) -> None:
    """Do what /settings key [value] says."""
    if context.role < Role.ADMIN:
        raise PermissionDenied
    if value:
        await wish(context, declared(key).name, value)
    else:
        await context.answer("setting", **await card(declared(key).name))


@button("bot_settings", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show a page of the list."""
    page = await in_database(lambda: sliced(described(), place(context.value)[1], size=LISTED))
    rows = list(enumerate(page.rows, 1))
    numbers = [callback_button(str(number), "bot_setting", row.name) for number, row in rows]
    buttons = [numbers[:4], numbers[4:], turning("bot_settings", page)]
    await context.edit("bot_settings", rows=rows, buttons=[row for row in buttons if row])


@button("bot_setting", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show one setting in the message's place."""
    await context.edit("setting", **await card(context.value))


@button("bot_setting_to", role=Role.ADMIN)
async def choose(_update: Update, context: Context) -> None:
    """Change it to the value on the button."""
    await wish(context, *place(context.value))


@confirmed("bot_setting_ok", role=Role.ADMIN)
async def change(_update: Update, context: Context) -> None:
    """Change it, now that it was confirmed."""
    given = context.confirmed
    await tell(context, await in_database(setting_deeds.set_to, given["name"], given["value"], by=who(context)))


@button("bot_setting_back", role=Role.ADMIN)
async def back(_update: Update, context: Context) -> None:
    """Let the default hold again; what shuts people out is not asked for, for a default lets them in."""
    await tell(context, await in_database(setting_deeds.set_back, context.value, by=who(context)))


@button("bot_setting_undo", role=Role.ADMIN)
async def undo(_update: Update, context: Context) -> None:
    """Take a change back."""
    await tell(context, await in_database(setting_deeds.undo, context.value, by=who(context)))


async def wish(context: Context, name: str, value: str) -> None:
    """Change a setting at once, or ask first."""
    setting = declared(name)
    wanted = setting.parse(value)
    if not setting_deeds.must_ask(setting):
        await tell(context, await in_database(setting_deeds.set_to, name, value, by=who(context)))
        return
    question = _("Set %(name)s to %(value)s?") % {"name": name, "value": setting.in_words(wanted)}
    await context.ask("bot_setting_ok", "ask", yes=_("Set"), given={"name": name, "value": value}, question=question)


async def tell(context: Context, deed: Deed) -> None:
    """Show the setting as it is now, with what was done and a button that takes it back."""
    done = _("Changed %(words)s.") % {"words": deed.words} if deed.words else _("It is so already.")
    facts = await card(deed.name, done=done, note=deed.note)
    if context.is_press:
        await context.edit("setting", **facts)
    else:
        await context.answer("setting", **facts)


async def card(name: str, *, done: str = "", note: str = "") -> dict[str, Any]:
    """Return what the card of a setting shows."""
    row = await in_database(setting_deeds.one, name)
    past = await in_database(history, row.name, most=PAST)
    choices = [choice for choice in row.choices if row.kind in FEW and choice != row.typed]
    rows: list[list[InlineKeyboardButton]] = [
        [callback_button(_("Undo"), "bot_setting_undo", note)] if note else [],
        [callback_button(choice, "bot_setting_to", f"{row.name}|{choice}") for choice in choices],
        [callback_button(_("Back to the default"), "bot_setting_back", row.name)] if row.is_changed else [],
        [callback_button(AGAIN, "bot_setting", row.name), callback_button(_("All settings"), "bot_settings")],
    ]
    how = "" if row.kind in FEW else row.typed if len(row.typed) <= SHORT else "…"
    return {"setting": row, "past": past, "done": done, "how": how, "buttons": [each for each in rows if each]}
