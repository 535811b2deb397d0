"""/message: one message of the bot by its number, and changing or deleting what was sent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update
from telegram.constants import MessageLimit

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin import queue
from botcore.outbox import amend
from botcore.outbox.listing import OutgoingDetail
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Choice, Integer, Text
from botcore.pipeline.context import Context
from botcore.registry import button, command, confirmed
from botcore.validators import whole

NUMBER = Integer("number", least=1, most=10**12, help=gettext_lazy("as /queue and the panel show it"))
ACTION = Choice("action", default="", among=("edit", "delete"), help=gettext_lazy("edit with the new words, or delete"))
WORDS = Text(
    "words",
    default="",
    most=int(MessageLimit.MAX_TEXT_LENGTH),
    help=gettext_lazy("what it shall read, written as the message was: with its tags, if it has any"),
)


@command("message", args=[NUMBER, ACTION, WORDS], help=gettext_lazy("A message of the bot, editing or deleting it"),
         role=Role.MODERATOR, private=True)  # fmt: skip
async def message(_update: Update, context: Context) -> None:
    """Show it, or do what is asked for."""
    number, action, words = (context.arguments[name] for name in ("number", "action", "words"))
    if not action:
        await context.answer("outgoing", **await queue.facts(context, number))
        return
    row = await found(context, number)
    if action == "delete":
        await ask(context, row)
        return
    await in_database(amend.edit, pk=row.id, text=words, by=context.by)
    await context.answer("sentence", sentence=_("The edit is on its way."))


@button("outgoing_delete", role=Role.MODERATOR)
async def delete(_update: Update, context: Context) -> None:
    """Ask first."""
    await ask(context, await found(context, whole(context.value)))


@confirmed("outgoing_delete_ok", role=Role.MODERATOR)
async def deleted(_update: Update, context: Context) -> None:
    """Have it taken out of its chat."""
    row = await found(context, context.confirmed["pk"])
    await in_database(amend.delete, pk=row.id, by=context.by)
    await queue.show(context, row.id, _("The message is being deleted."))


async def ask(context: Context, row: OutgoingDetail) -> None:
    """Ask whether it shall go; what cannot be deleted is said at once."""
    await in_database(amend.check_delete, row.id)
    given, back = {"pk": row.id}, f"outgoing:{row.id}"
    await context.ask("outgoing_delete_ok", "outgoing_delete", yes=_("Delete"), given=given, row=row, back=back)


async def found(context: Context, pk: int) -> OutgoingDetail:
    """Return a message; raise UserError for one that is gone, or is not for the operator to read."""
    row = await queue.read(context, pk)
    reader = await in_database(by_person, context.person.id)
    if not reader.may_read(row.chat_id):
        raise UserError(reader.hidden())
    return row
