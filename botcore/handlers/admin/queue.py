"""/queue: what waits in the inbox and the outbox; messages by state; a message's card, to cancel or to send again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.outbox import listing
from botcore.outbox import services as outbox
from botcore.outbox.queue import queue
from botcore.outbox.selection import OutboxSelection
from botcore.paging import Place
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Choice
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, numbers, place, turning
from botcore.registry import button, command, confirmed
from botcore.validators import whole

LISTED = 8
STATES = ("queued", "sending", "failed", "uncertain", "cancelled", "sent")
STATE = Choice("state", default="", among=STATES, help=gettext_lazy("Of messages: queued, failed, uncertain …"))


@command("queue", args=[STATE], help=gettext_lazy("What waits to be handled and sent"), role=Role.MODERATOR,
         private=True)  # fmt: skip
async def waiting(_update: Update, context: Context) -> None:
    """Show what waits, or messages in a state."""
    template, facts = await shown(context, context.arguments["state"])
    await context.answer(template, **facts)


@button("queue", role=Role.MODERATOR)
async def turn(_update: Update, context: Context) -> None:
    """Show another page, or another state, in its place."""
    template, facts = await shown(context, *place(context.value))
    await context.edit(template, **facts)


@button("outgoing", role=Role.MODERATOR)
async def look(_update: Update, context: Context) -> None:
    """Show one message in the list's place."""
    await show(context, whole(context.value))


@button("outgoing_cancel", role=Role.MODERATOR)
async def cancel(_update: Update, context: Context) -> None:
    """Ask first."""
    row = await read(context, whole(context.value))
    await context.ask(
        "cancel_ok", "outgoing_ask", yes=_("Do not send it"), given={"pk": row.id}, row=row, back=f"outgoing:{row.id}"
    )


@confirmed("cancel_ok", role=Role.MODERATOR)
async def cancelled(_update: Update, context: Context) -> None:
    """Cancel it, if it still waits."""
    pk, by = context.confirmed["pk"], context.by
    done = await in_database(outbox.cancel, pk, by=by, reason=f"cancelled by {by}")
    await show(context, pk, _("Cancelled") if done else _("It no longer waits: it could not be cancelled."))


@button("outgoing_again", role=Role.MODERATOR)
async def again(_update: Update, context: Context) -> None:
    """Ask first."""
    row = await read(context, whole(context.value))
    await context.ask(
        "again_ok",
        "outgoing_ask",
        yes=_("Send it again"),
        given={"pk": row.id},
        row=row,
        again=True,
        back=f"outgoing:{row.id}",
    )


@confirmed("again_ok", role=Role.MODERATOR)
async def sent_again(_update: Update, context: Context) -> None:
    """Queue it once more."""
    pk = context.confirmed["pk"]
    await in_database(outbox.retry, pk, by=context.by)
    await show(context, pk, _("Queued again"))


async def shown(context: Context, state: str, cursor: str = "") -> tuple[str, dict[str, Any]]:
    """Return template and facts: of messages in a state, without one of what waits."""
    reader = await in_database(by_person, context.person.id)
    if state not in STATES:
        found = await in_database(queue, reader=reader)
        rows = numbers("outgoing", [row.id for row in found.trouble])
        return "queue", {"queue": found, "buttons": [*rows, [callback_button(AGAIN, "queue", "|")], *ways("")]}
    chosen = OutboxSelection(state)
    page = await in_database(listing.outgoing, chosen, reader=reader, place=Place(cursor), size=LISTED)
    rows = [*numbers("outgoing", [row.id for row in page.rows]), turning("queue", page, about=state), *ways(state)]
    return "queue_list", {"found": page.rows, "state": state, "buttons": rows}


def ways(state: str) -> list[list[InlineKeyboardButton]]:
    """Return buttons to the lists of messages that matter most."""
    words = {"": _("Overview"), "queued": _("Waiting"), "failed": _("Failed"), "uncertain": _("In doubt")}
    return [[callback_button(label, "queue", f"{name}|") for name, label in words.items() if name != state]]


async def show(context: Context, pk: int, done: str = "") -> None:
    """Put a message, and what was done, in the place of the list."""
    await context.edit("outgoing", **await facts(context, pk), done=done)
    await context.toast(done)


async def facts(context: Context, pk: int) -> dict[str, Any]:
    """Return what a message's card shows."""
    row = await read(context, pk)
    act = {"cancel": _("Cancel"), "again": _("Send again"), "delete": _("Delete")}
    verb = "cancel" if row.can_cancel else "again" if row.can_retry else "delete" if row.message_id else ""
    acts = [callback_button(act[verb], f"outgoing_{verb}", str(pk))] if verb else []
    around = [callback_button(AGAIN, "outgoing", str(pk)), callback_button(_("List"), "queue", f"{row.state}|")]
    return {"row": row, "buttons": [[*acts, *around]]}


async def read(context: Context, pk: int) -> listing.OutgoingDetail:
    """Return a message as far as the operator may read it; raise UserError for one that is gone."""
    row = await in_database(lambda: listing.one(pk, reader=by_person(context.person.id)))
    if row is None:
        raise UserError(_("This message is no longer kept."))
    return row
