"""/settings: the person's language, and whether the bot may write first. The buttons carry the new value."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.database import in_database
from botcore.people import services as people
from botcore.people.services import Person
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from botcore.validators import one_of


def buttons(person: Person) -> list[list[InlineKeyboardButton]]:
    """One row of languages with a mark on the chosen one, and the switch for messages."""
    languages = [
        callback_button(f"✓ {name}" if code == person.language else name, "language", code)
        for code, name in settings.LANGUAGES
    ]
    text, value = (_("Turn messages off"), "off") if person.messages_on else (_("Turn messages on"), "on")
    return [languages, [callback_button(text, "messages", value)]]


@command("settings", help=gettext_lazy("Language and messages"), private=True)
async def show(_update: Update, context: Context) -> None:
    """Show what is chosen."""
    await context.answer("settings", person=context.person, buttons=buttons(context.person))


@button("language")
async def language(_update: Update, context: Context) -> None:
    """Keep the language and go on in it."""
    code = one_of(context.value, dict(settings.LANGUAGES))
    context.person = await in_database(people.choose_language, context.person.id, code)
    with translation.override(code):
        await context.edit("settings", person=context.person, buttons=buttons(context.person))
        await context.toast(_("Saved"))


@button("messages")
async def messages(_update: Update, context: Context) -> None:
    """Keep whether the bot may write first."""
    on = one_of(context.value, ["on", "off"]) == "on"
    context.person = await in_database(people.choose_messages, context.person.id, on=on)
    await context.edit("settings", person=context.person, buttons=buttons(context.person))
    await context.toast(_("Saved"))
