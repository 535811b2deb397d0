"""/segments and /segment: conditions on people under a name: who fits now, making one, changing one, deleting one."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError, ValidationError
from botcore.handlers.admin import users
from botcore.paging import Place
from botcore.people import segments as services
from botcore.people import selectors as people
from botcore.people.conditions import as_typed, read_words, selection
from botcore.people.segments import HeadCount, Named
from botcore.pipeline.arguments import Name, Text
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, numbers, place, turning
from botcore.registry import button, command, confirmed
from botcore.validators import whole

NAME = Name("name", help=gettext_lazy("of the segment; quotes join several words"))
CONDITIONS = Text(
    "conditions", default="", help=gettext_lazy("such as tag=vip active=7d language=ru; without them it is shown")
)


@command("segments", args=[], help=gettext_lazy("Filters on people under a name"), role=Role.SUPPORT, private=True)
async def segments(_update: Update, context: Context) -> None:
    """List them, with a button for each."""
    await context.answer("segments", **await listed())


@button("segments", role=Role.SUPPORT)
async def again(_update: Update, context: Context) -> None:
    """Show the list in the place of the message."""
    await context.edit("segments", **await listed())


@button("segment", role=Role.SUPPORT)
async def look(_update: Update, context: Context) -> None:
    """Show one in the place of the message, with how many people fit now."""
    await context.edit("segment", **await facts(context, await known(whole(context.value))))


@button("segment_people", role=Role.SUPPORT)
async def members(_update: Update, context: Context) -> None:
    """Show a page of the people who fit, with a button for each."""
    about, cursor = place(context.value)
    found = await known(whole(about))
    chosen = await in_database(selection, found.conditions)
    page = await in_database(people.people, chosen, place=Place(cursor), size=users.LISTED)
    back = [callback_button(_("Back to the segment"), "segment", about)]
    rows = [*users.numbers(page), turning("segment_people", page, about=about), back]
    await context.edit("segment_people", name=found.name, found=page.rows, buttons=rows)


@command("segment", args=[NAME, CONDITIONS], help=gettext_lazy("Make a segment of people, or change one"),
         role=Role.MODERATOR, private=True)  # fmt: skip
async def save(_update: Update, context: Context) -> None:
    """Keep conditions under a name, in place of those that are there; without any show the segment."""
    name, typed = context.arguments["name"], context.arguments["conditions"]
    found = await in_database(services.named, name)
    if not typed:
        if found is None:
            raise gone()
        await context.answer("segment", **await facts(context, found))
        return
    given = {"name": name, "conditions": read_words(typed), "pk": found.id if found else None}
    pk = await in_database(services.save, **given, by=context.by)
    if pk is None:
        raise UserError(_("It was so already."))
    await context.answer("segment", **await facts(context, await known(pk)), done=_("The segment is kept."))


@button("segment_delete", role=Role.MODERATOR)
async def delete(_update: Update, context: Context) -> None:
    """Ask first."""
    found = await known(whole(context.value))
    question = _("Delete the segment %(name)s? Its people stay.") % {"name": found.name}
    given, back = {"pk": found.id}, f"segment:{found.id}"
    await context.ask("segment_delete_ok", "ask", yes=_("Delete"), given=given, question=question, back=back)


@confirmed("segment_delete_ok", role=Role.MODERATOR)
async def deleted(_update: Update, context: Context) -> None:
    """Delete it."""
    if not await in_database(services.delete, pk=context.confirmed["pk"], by=context.by):
        raise gone()
    await context.edit("segments", **await listed(), done=_("The segment is deleted."))


async def listed() -> dict[str, Any]:
    """Return what the list shows."""
    rows = await in_database(services.segments)
    shown = [(row, as_typed(row.conditions)) for row in rows]
    again = [callback_button(AGAIN, "segments")]
    return {"found": shown, "buttons": [*numbers("segment", [row.id for row in rows]), again]}


async def facts(context: Context, found: Named) -> dict[str, Any]:
    """Return what a segment's card shows."""
    pk = str(found.id)
    fit = [callback_button(_("People"), "segment_people", f"{pk}|")]
    drop = [callback_button(_("Delete"), "segment_delete", pk)] if context.role >= Role.MODERATOR else []
    around = [callback_button(AGAIN, "segment", pk), callback_button(_("List"), "segments")]
    count = await in_database(head_count, found)
    return {"segment": found, "typed": as_typed(found.conditions), "count": count, "buttons": [[*fit, *drop], around]}


def head_count(found: Named) -> HeadCount | None:
    """Count who fits; None when the conditions mean nothing any more, such as a command that no bot has."""
    try:
        return services.head_count(selection(found.conditions))
    except ValidationError:
        return None


async def known(pk: int) -> Named:
    """Return a segment; raise UserError for one that is gone."""
    if (found := await in_database(services.segment, pk)) is None:
        raise gone()
    return found


def gone() -> UserError:
    """Say that there is no such segment."""
    return UserError(_("This segment is not there any more."))
