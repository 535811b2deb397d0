"""Write to one person: the button on a card, then the operator's next message goes there, whatever it is."""

from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import read
from botcore.people import letters
from botcore.pipeline.composing import content_of
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.sentences import label, outcome
from botcore.registry import button, conversation
from botcore.validators import whole

PATIENCE = 600.0  # seconds: what an operator writes an hour later is meant for somebody else
ANYTHING = filters.ChatType.PRIVATE & ~filters.COMMAND & ~filters.StatusUpdate.ALL


@button("person_write", role=Role.SUPPORT)
async def begin(_update: Update, context: Context) -> None:
    """Wait for the message."""
    card = await read(whole(context.value))
    if card.unreachable:
        raise UserError(_("The bot cannot write to this person."))
    context.conversation.start("letter", step="message", seconds=PATIENCE)
    context.conversation.answers["who"] = card.person.id
    leave = [[callback_button(_("Cancel"), "mail_leave")]]
    await context.answer("letter", who=label(card.person), messages_on=card.person.messages_on, buttons=leave)


@conversation("letter", step="message", matching=ANYTHING, role=Role.SUPPORT)
async def send(_update: Update, context: Context) -> None:
    """Pass the message on."""
    if group := context.message.media_group_id:
        await refuse_album(context, group)
        return
    person = (await read(context.conversation.answers["who"])).person
    content, by = content_of(context.message), context.by
    await in_database(letters.write, user_id=person.id, content=content, by=by, update_pk=context.update_pk)
    context.conversation.end()
    sentence = _("On its way to %(who)s.") % {"who": label(person)}
    await context.answer("sentence", **outcome(context, sentence, person.id))


async def refuse_album(context: Context, group: str) -> None:
    """Say once for all parts of an album that it cannot be passed on as one; the operator may send something else."""
    if await context.once(f"album:{group}", across_updates=True):
        await context.answer("sentence", sentence=_("An album cannot be passed on. Send its pictures one by one."))
