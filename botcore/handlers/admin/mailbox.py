"""/feedback: what people wrote to the operators, to read, to mark as read, and to answer by the next message."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.feedback import selectors as feedback
from botcore.feedback import services
from botcore.feedback.selection import FeedbackSelection
from botcore.paging import Place
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Choice
from botcore.pipeline.composing import content_of
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import numbers, place, turning
from botcore.registry import button, command, conversation
from botcore.validators import whole

LISTED = 8
UNREAD, ALL = "unread", "all"
PATIENCE = 600.0  # seconds: what an operator writes later is meant for somebody else
ANYTHING = filters.ChatType.PRIVATE & ~filters.COMMAND & ~filters.StatusUpdate.ALL
WHICH = Choice("which", default=UNREAD, among=(UNREAD, ALL), help=gettext_lazy("unread, or all"))


@command("feedback", args=[WHICH], help=gettext_lazy("What people wrote"), role=Role.SUPPORT, private=True)
async def newest(_update: Update, context: Context) -> None:
    """List messages, newest first, with a button for each."""
    await context.answer("mailbox", **await listed(context, context.arguments["which"]))


@button("mailbox", role=Role.SUPPORT)
async def turn(_update: Update, context: Context) -> None:
    """Show another page in the list's place."""
    await context.edit("mailbox", **await listed(context, *place(context.value)))


@button("mail", role=Role.SUPPORT)
async def look(_update: Update, context: Context) -> None:
    """Show one message in the list's place."""
    await show(context, whole(context.value))


@button("mail_read", role=Role.SUPPORT)
async def read(_update: Update, context: Context) -> None:
    """Mark it as read."""
    pk = whole(context.value)
    await in_database(services.mark_read, pk, by=context.by)
    await show(context, pk, _("Marked as read"))


@button("mail_answer", role=Role.SUPPORT)
async def begin(_update: Update, context: Context) -> None:
    """Wait for the answer."""
    row = await found(context, whole(context.value))
    context.conversation.start("feedback", step="answer", seconds=PATIENCE)
    context.conversation.answers["feedback"] = row.id
    await context.answer("mail_answer", row=row, buttons=[[callback_button(_("Cancel"), "mail_leave")]])


@button("mail_leave", role=Role.SUPPORT)
async def leave(_update: Update, context: Context) -> None:
    """Wait no more."""
    context.conversation.end()
    await context.edit("sentence", sentence=_("Cancelled. Nothing was done."))


@conversation("feedback", step="answer", matching=ANYTHING, role=Role.SUPPORT)
async def send(_update: Update, context: Context) -> None:
    """Pass the answer on."""
    if context.message.media_group_id:
        raise UserError(_("An album cannot be passed on. Send its pictures one by one."))
    row = await found(context, context.conversation.answers["feedback"])
    content, by = content_of(context.message), context.by
    await in_database(services.answer, feedback_id=row.id, content=content, by=by, update_pk=context.update_pk)
    context.conversation.end()
    await context.tell(_("On its way to %(who)s.") % {"who": row.person})


async def listed(context: Context, which: str, cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    chosen = FeedbackSelection(unread=which == UNREAD)
    reader = await in_database(by_person, context.person.id)
    page = await in_database(feedback.messages, chosen, reader=reader, place=Place(cursor), size=LISTED)
    other = (ALL, _("All")) if which == UNREAD else (UNREAD, _("Unread"))
    turns = [*turning("mailbox", page, about=which), callback_button(other[1], "mailbox", f"{other[0]}|")]
    return {"found": page.rows, "which": which, "buttons": [*numbers("mail", [row.id for row in page.rows]), turns]}


async def found(context: Context, pk: int) -> feedback.Message:
    """Return a message as far as the operator may read it; raise UserError for one that is gone."""
    reader = await in_database(by_person, context.person.id)
    row = await in_database(feedback.message, pk, reader=reader)
    if row is None:
        raise UserError(_("This message is no longer kept."))
    return row


async def show(context: Context, pk: int, done: str = "") -> None:
    """Put a message, and what was done, in the place of the list."""
    row = await found(context, pk)
    mark = [] if row.read_at else [callback_button(_("Mark as read"), "mail_read", str(pk))]
    acts = [callback_button(_("Answer"), "mail_answer", str(pk)), *mark]
    back = [callback_button(_("List"), "mailbox", f"{UNREAD}|")]
    await context.edit("mail", row=row, done=done, buttons=[acts, back])
    await context.toast(done)
