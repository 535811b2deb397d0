"""/start: hello, and where the person came from (the payload of a deep link, t.me/<bot>?start=<payload>)."""

from django.utils.translation import gettext_lazy as _
from telegram import Update

from botcore.database import in_database
from botcore.people import services as people
from botcore.pipeline.context import Context
from botcore.registry import command
from botcore.validators import deep_link_source


@command("start", help=_("Begin"), private=True)
async def start(_update: Update, context: Context) -> None:
    """Greet the person; keep the first source."""
    if source := deep_link_source(" ".join(context.args or [])):
        await in_database(people.remember_source, context.person.id, source)
    await context.answer("start", person=context.person)
