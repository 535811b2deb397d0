"""On a broadcast's card: editing and deleting what it has sent, each as a draft of its own; another file for it."""

from functools import partial

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.broadcasts import card, drafts, personal, recall
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.database import in_database
from botcore.enclosures.services import SHAPES
from botcore.exceptions import UserError
from botcore.handlers.admin.broadcast import facts
from botcore.handlers.admin.broadcast_draft import PATIENCE
from botcore.media.attachments import of_message
from botcore.outbox.content import Text
from botcore.pipeline.composing import preview
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, conversation
from botcore.texts.markup import HTML
from botcore.validators import whole

FLOW = "broadcast_amend"
FILES = filters.PHOTO | filters.VIDEO | filters.ANIMATION | filters.AUDIO | filters.VOICE | filters.Document.ALL
WORDS = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND


@button("broadcast_amend", role=Role.ADMIN)
async def ask_for_text(_update: Update, context: Context) -> None:
    """Wait for what everybody who got it shall read instead."""
    found: BroadcastFacts = await in_database(card.found, context.value)
    if not found.can_be_edited:
        raise UserError(_("What broadcast %(pk)s has sent cannot be edited now.") % {"pk": found.pk})
    words = _("Your next message is what everybody who got broadcast %(pk)s reads instead. You see it first.")
    await _ask(context, "text", found.pk, words)


@button("broadcast_files", role=Role.ADMIN)
async def ask_for_file(_update: Update, context: Context) -> None:
    """Wait for another file."""
    found: BroadcastFacts = await in_database(card.found, context.value)
    if not found.can_have_files:
        raise UserError(_("Broadcast %(pk)s sends no files, or cannot be changed any more.") % {"pk": found.pk})
    await _ask(context, "file", found.pk, _("Your next message is the file that broadcast %(pk)s sends from then on."))


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


@conversation(FLOW, step="file", matching=filters.ChatType.PRIVATE & FILES, role=Role.ADMIN)
async def give_file(_update: Update, context: Context) -> None:
    """Let it send this file, which Telegram has already; a test shows that it goes as the bot's own, too."""
    pk, file = context.conversation.answers[FLOW], of_message(context.message.to_dict())
    if file is None or file.kind not in SHAPES:
        raise UserError(_("Such a file cannot be sent to others."))
    await in_database(drafts.give_files, pk, by=context.by, content=SHAPES[file.kind](file.file_id))
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))


async def _ask(context: Context, step: str, pk: int, words: str) -> None:
    """Say what is waited for."""
    context.conversation.start(FLOW, step=step, seconds=PATIENCE)
    context.conversation.answers[FLOW] = pk
    leave = [[callback_button(_("Cancel"), "broadcast_leave")]]
    await context.answer("sentence", sentence=words % {"pk": pk}, buttons=leave)
