"""Editing and deleting what a broadcast has sent, on its card: each is a draft of its own first, with a card."""

from functools import partial

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.broadcasts import card, personal, recall
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.broadcast import facts
from botcore.handlers.admin.broadcast_draft import PATIENCE
from botcore.outbox.content import Text
from botcore.pipeline.composing import preview
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, conversation
from botcore.texts.markup import HTML
from botcore.validators import whole

FLOW = "broadcast_amend"
WORDS = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND


@button("broadcast_amend", role=Role.ADMIN)
async def ask_for_text(_update: Update, context: Context) -> None:
    """Wait for what everybody who got it shall read instead."""
    found: BroadcastFacts = await in_database(card.found, context.value)
    if not found.can_be_edited:
        raise UserError(_("What broadcast %(pk)s has sent cannot be edited now.") % {"pk": found.pk})
    context.conversation.start(FLOW, step="text", seconds=PATIENCE)
    context.conversation.answers[FLOW] = found.pk
    words = _("Your next message is what everybody who got broadcast %(pk)s reads instead. You see it first.")
    leave = [[callback_button(_("Cancel"), "broadcast_leave")]]
    await context.answer("sentence", sentence=words % {"pk": found.pk}, buttons=leave)


@button("broadcast_delete", role=Role.ADMIN)
async def delete(_update: Update, context: Context) -> None:
    """Write the deletion down, below the card; it is started there."""
    new = await in_database(recall.write_deletion, whole(context.value), by=context.by, update_pk=context.update_pk)
    await context.answer("broadcast", **await facts(new))


@conversation(FLOW, step="text", matching=WORDS, role=Role.ADMIN)
async def edit(_update: Update, context: Context) -> None:
    """Show it as people will read it, then keep it as an edit; a caption is tested with its file."""
    pk, content = context.conversation.answers[FLOW], Text(context.message.text_html, HTML)
    await preview(context.message.chat, await in_database(personal.for_person, content, context.person.id))
    write = partial(recall.write_edit, by=context.by, content=content, is_shown=True)
    new = await in_database(write, pk, update_pk=context.update_pk)
    context.conversation.end()
    await context.answer("broadcast", **await facts(new))
