"""/funnels and /funnel: how many people come from one handler to the next; making a funnel and removing one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.people.activity import funnels as services
from botcore.people.activity import usage as selectors
from botcore.pipeline.arguments import Integer, Name, Text
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command, confirmed
from botcore.validators import integer

DAYS = 90  # whose first steps are shown
NAME = Name("name", help=gettext_lazy("of the funnel; quotes join several words"))
WITHIN = Integer("days", least=1, most=services.MOST_DAYS, help=gettext_lazy("from the first step to the last"))
STEPS = Text("steps", help=gettext_lazy("two to five handlers, such as start.start feedback.keep"))


@command("funnels", args=[], help=gettext_lazy("How far people come"), role=Role.ADMIN, private=True)
async def show(_update: Update, context: Context) -> None:
    """Show each with its numbers and a button that removes it."""
    ways = await in_database(selectors.funnels, DAYS)
    buttons = [
        [callback_button(_("Remove %(name)s") % {"name": way.name}, "funnel_remove", str(way.id))] for way in ways
    ]
    await context.answer("funnels", ways=ways, days=DAYS, buttons=buttons)


@command("funnel", args=[NAME, WITHIN, STEPS], help=gettext_lazy("Make a funnel"), role=Role.ADMIN, private=True)
async def add(_update: Update, context: Context) -> None:
    """Make it; its numbers come with the next count."""
    given = context.arguments
    steps, days = given["steps"].split(), str(given["days"])
    await in_database(services.add_funnel, name=given["name"], steps=steps, days=days, by=context.by)
    await context.tell(_("The funnel is there. Its numbers come within a minute."))


@button("funnel_remove", role=Role.ADMIN)
async def remove(_update: Update, context: Context) -> None:
    """Ask first: its numbers go with it."""
    pk = integer(context.value, least=1)
    way = next((way for way in await in_database(selectors.funnels, DAYS) if way.id == pk), None)
    if way is None:
        raise UserError(_("There is no such funnel (any more)."))
    sentence = _("Remove the funnel %(name)s with its numbers?") % {"name": way.name}
    await context.ask("funnel_remove_ok", "sentence", yes=_("Remove"), given={"pk": pk}, sentence=sentence)


@confirmed("funnel_remove_ok", role=Role.ADMIN)
async def removed(_update: Update, context: Context) -> None:
    """Remove it."""
    if not await in_database(services.remove_funnel, funnel_id=context.confirmed["pk"], by=context.by):
        raise UserError(_("There is no such funnel (any more)."))
    await context.edit("sentence", sentence=_("The funnel is removed."))
