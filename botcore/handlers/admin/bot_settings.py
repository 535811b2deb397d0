"""The bot's settings in a chat: the list, a card for each, changing and taking back; /settings is ../settings.py."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import PermissionDenied
from botcore.paging import sliced
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place, turning
from botcore.registry import button, confirmed
from botcore.runtime import setting_deeds
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_deeds import Deed
from botcore.runtime.setting_rules import deletes, may_change, must_ask
from botcore.runtime.settings import declared, described, history

LISTED, PAST = 8, 3
FEW = ("on_off", "choice")  # kinds whose values fit on buttons
SHORT = 60  # characters of a value that an example shows
DEEDS: dict[str, Callable[..., Deed]] = {
    "set_to": setting_deeds.set_to,
    "set_back": setting_deeds.set_back,
    "undo": setting_deeds.undo,
}


async def by_words(context: Context, key: str, value: str) -> None:
    """Do what /settings key [value] says."""
    if context.role < Role.ADMIN:
        raise PermissionDenied
    if value:
        await wish(context, declared(key).name, value)
    else:
        await context.answer("setting", **await card(context, declared(key).name))


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
    await context.edit("setting", **await card(context, context.value))


@button("bot_setting_to", role=Role.ADMIN)
async def choose(_update: Update, context: Context) -> None:
    """Change it to the value on the button."""
    await wish(context, *place(context.value))


@confirmed("bot_setting_ok", role=Role.ADMIN)
async def change(_update: Update, context: Context) -> None:
    """Change it, now that it was confirmed."""
    await do(context, **context.confirmed)


@button("bot_setting_back", role=Role.ADMIN)
async def back(_update: Update, context: Context) -> None:
    """Let the default hold again, or ask first."""
    setting = await in_database(setting_deeds.changeable, context.value, person=context.person.id)
    await begin(context, setting, setting.in_words(setting.default), act="set_back", given=[setting.name])


@button("bot_setting_undo", role=Role.ADMIN)
async def undo(_update: Update, context: Context) -> None:
    """Take a change back, or ask first."""
    setting, was = await in_database(setting_deeds.undoable, context.value, person=context.person.id)
    await begin(context, setting, was, act="undo", given=[context.value])


async def wish(context: Context, name: str, typed: str) -> None:
    """Change a setting at once, or ask first."""
    setting, value = await in_database(setting_deeds.wanted, name, typed, person=context.person.id)
    await begin(context, setting, setting.in_words(value), act="set_to", given=[setting.name, typed])


async def begin(context: Context, setting: Setting, words: str, *, act: str, given: list[str]) -> None:
    """Do it at once, or ask first: what shuts people out or deletes rows shall not happen by one press."""
    if not must_ask(setting):
        await do(context, act, given)
        return
    question = _("Set %(name)s to %(value)s?") % {"name": setting.name, "value": words}
    if deletes(setting):
        question += " " + _("What is older is deleted for good.")
    await context.ask("bot_setting_ok", "ask", yes=_("Set"), given={"act": act, "given": given}, question=question)


async def do(context: Context, act: str, given: list[str]) -> None:
    """Do it, and show the setting as it is now."""
    await tell(context, await in_database(DEEDS[act], *given, by=context.by, person=context.person.id))


async def tell(context: Context, deed: Deed) -> None:
    """Show the setting as it is now, with what was done and a button that takes it back."""
    done = _("Changed %(words)s.") % {"words": deed.words} if deed.words else _("It is so already.")
    facts = await card(context, deed.name, done=done, note=deed.note)
    if context.is_press:
        await context.edit("setting", **facts)
    else:
        await context.answer("setting", **facts)


async def card(context: Context, name: str, *, done: str = "", note: str = "") -> dict[str, Any]:
    """Return what the card of a setting shows."""
    row = await in_database(setting_deeds.one, name)
    past = await in_database(history, row.name, most=PAST)
    is_open = may_change(declared(row.name), context.role)
    choices = [choice for choice in row.choices if is_open and row.kind in FEW and choice != row.typed]
    back = [callback_button(_("Back to the default"), "bot_setting_back", row.name)]
    rows: list[list[InlineKeyboardButton]] = [
        [callback_button(_("Undo"), "bot_setting_undo", note)] if note else [],
        [callback_button(choice, "bot_setting_to", f"{row.name}|{choice}") for choice in choices],
        back if row.is_changed and is_open else [],
        [callback_button(AGAIN, "bot_setting", row.name), callback_button(_("All settings"), "bot_settings")],
    ]
    how = "" if row.kind in FEW else row.typed if len(row.typed) <= SHORT else "…"
    return {"setting": row, "past": past, "done": done, "how": how, "buttons": [each for each in rows if each]}
