"""/dead: updates that failed for good, and the card of one with its error and its attempts. Replay is in replay.py."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.inbox import selectors as inbox
from botcore.inbox.selection import Selection
from botcore.paging import Place
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Name
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, ids, place, turning
from botcore.registry import button, command
from botcore.validators import whole

LISTED = 8
STATES = ("dead", "quarantined", "expired")
HANDLER = Name("handler", default="", help=gettext_lazy("Only of this one, such as start.start"))


@command("dead", args=[HANDLER], help=gettext_lazy("Updates that failed for good"), role=Role.ADMIN, private=True)
async def dead(_update: Update, context: Context) -> None:
    """List them, newest first, with a button for each."""
    await context.answer("dead", **await listed(context.arguments["handler"]))


@button("dead", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page in the list's place."""
    await context.edit("dead", **await listed(*place(context.value)))


@button("dead_one", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show one of them in the list's place."""
    found = await in_database(lambda: inbox.update(whole(context.value), reader=by_person(context.person.id)))
    if found is None:
        raise UserError(_("This update is no longer kept."))
    pk = str(found.id)
    replay = [] if found.refusal else [callback_button(_("Replay"), "dead_replay", pk)]
    around = [callback_button(AGAIN, "dead_one", pk), callback_button(_("List"), "dead", "|")]
    await context.edit("dead_one", row=found, refused=bool(found.refusal), buttons=[[*replay, *around]])


async def listed(handler: str, cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    chosen = Selection(states=STATES, handler=handler)
    page = await in_database(inbox.updates, chosen, place=Place(cursor), size=LISTED)
    rows = [*ids("dead_one", [row.id for row in page.rows]), turning("dead", page, about=handler)]
    return {"found": page.rows, "handler": handler, "buttons": rows}
