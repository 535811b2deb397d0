"""/errors and the buttons under alerts: look, mute for an hour, resolve. Every press asks anew whether it may be."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.alerts import telegram_message, triage
from botcore.alerts.told import Told
from botcore.database import in_database
from botcore.errors import selectors as errors
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command

LISTED = 8


@command("errors", help=gettext_lazy("The newest open errors"), role=Role.OWNER, private=True)
async def newest(_update: Update, context: Context) -> None:
    """List open errors with a button for each."""
    found = (await in_database(errors.groups, "open", size=LISTED)).rows
    numbers = [callback_button(str(number), "error", str(row.id)) for number, row in enumerate(found, 1)]
    rows = [numbers[start : start + 4] for start in range(0, len(numbers), 4)]
    await context.answer("errors", found=found, buttons=rows)


@button("error", role=Role.OWNER)
async def look(_update: Update, context: Context) -> None:
    """Show one of them in the list's place."""
    await show(context, await in_database(triage.error_now, context.value))


@button("error_mute", role=Role.OWNER)
async def mute(_update: Update, context: Context) -> None:
    """Be silent about it for an hour."""
    said = await in_database(triage.mute_for_an_hour, context.value, by=who(context))
    await show(context, said, done=_("Muted for an hour"))


@button("error_resolve", role=Role.OWNER)
async def resolve(_update: Update, context: Context) -> None:
    """Call it mended."""
    said = await in_database(triage.resolve, context.value, by=who(context))
    await show(context, said, done=_("Resolved"))


async def show(context: Context, said: Told, done: str = "") -> None:
    """Put the error, and what was done about it, in the place of the message."""
    rows = [
        [InlineKeyboardButton(one.text, url=one.url or None, callback_data=one.data or None) for one in row]
        for row in telegram_message.buttons(said)
    ]
    facts = {"alert": said, "opens": telegram_message.opens(), "done": done, "by": context.person.first_name}
    await context.edit("alert", buttons=rows, **facts)
    await context.toast(done)


def who(context: Context) -> str:
    """Return what the history says of the person."""
    return f"{context.person.first_name[:64]} (Telegram {context.person.id})".strip()
