"""/settings: the person's language, and whether the bot may write first; for admins also the bot's own settings.

The buttons carry the new value. What admins see and change is in admin/bot_settings.py.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.handlers.admin import bot_settings
from botcore.people import services as people
from botcore.pipeline.arguments import Name, Text
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from botcore.validators import one_of

KEY = Name("key", default="", help=gettext_lazy("For admins: a setting of the bot, such as alerts.cap"))
VALUE = Text("value", default="", help=gettext_lazy("What it shall be; without it the setting is shown"))


def buttons(context: Context) -> list[list[InlineKeyboardButton]]:
    """Languages with a mark on the chosen one, the switch for messages, and for admins the bot's own settings."""
    person = context.person
    languages = [
        callback_button(f"✓ {name}" if code == person.language else name, "language", code)
        for code, name in settings.LANGUAGES
    ]
    text, value = (_("Turn messages off"), "off") if person.messages_on else (_("Turn messages on"), "on")
    zone = [callback_button(_("Time zone…"), "time_zone")]
    more = [[callback_button(_("The bot's settings"), "bot_settings")]] if context.role >= Role.ADMIN else []
    return [languages, [callback_button(text, "messages", value)], zone, *more]


@command("settings", args=[KEY, VALUE], help=gettext_lazy("Language and messages"), private=True)
async def show(_update: Update, context: Context) -> None:
    """Show what is chosen, or a setting of the bot."""
    if key := context.arguments["key"]:
        await bot_settings.by_words(context, key, context.arguments["value"])
    else:
        await context.answer("settings", person=context.person, buttons=buttons(context))


@button("language")
async def language(_update: Update, context: Context) -> None:
    """Keep the language and go on in it."""
    code = one_of(context.value, dict(settings.LANGUAGES))
    context.person = await in_database(people.choose_language, context.person.id, code)
    with translation.override(code):
        await context.edit("settings", person=context.person, buttons=buttons(context))
        await context.toast(_("Saved"))


@button("messages")
async def messages(_update: Update, context: Context) -> None:
    """Keep whether the bot may write first."""
    on = one_of(context.value, ["on", "off"]) == "on"
    context.person = await in_database(people.choose_messages, context.person.id, on=on)
    await context.edit("settings", person=context.person, buttons=buttons(context))
    await context.toast(_("Saved"))
