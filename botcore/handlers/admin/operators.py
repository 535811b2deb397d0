"""The operators' group: /operators makes a group that, and what is written there about a person goes to them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import ChatMemberAdministrator, Message, Update
from telegram.constants import ChatType
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import PermissionDenied, UserError
from botcore.operators import answering, group
from botcore.operators.answering import Spoken
from botcore.operators.arrivals import GROUP
from botcore.people.selectors import called
from botcore.pipeline.arguments import Choice
from botcore.pipeline.composing import content_of, copied
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed, message
from botcore.runtime.settings import held

HERE, END = "here", "end"
ACTION = Choice("action", default="", among=(HERE, END), help=gettext_lazy("here, in the group; or end"))
TOPIC_STATES = filters.StatusUpdate.FORUM_TOPIC_CLOSED | filters.StatusUpdate.FORUM_TOPIC_REOPENED


class InGroup(filters.MessageFilter):
    """Messages of the operators' group that may be about a person: those of a topic, and replies to the bot."""

    def filter(self, message: Message) -> bool:
        """Ask without the database."""
        if not held(GROUP) or message.chat.id != held(GROUP):
            return False
        answered = message.reply_to_message
        if answered and not answered.forum_topic_created:
            return answered.from_user is not None and answered.from_user.is_bot  # else it is meant for a colleague
        return bool(message.is_topic_message)


@command("operators", args=[ACTION], help=gettext_lazy("The group in which people are answered"), role=Role.ADMIN)
async def operators(_update: Update, context: Context) -> None:
    """Say which group it is, ask whether it shall be this one, or let there be none."""
    action = context.arguments["action"]
    if action == HERE:
        await ask(context)
    elif action == END:
        if not await in_database(group.leave, by=context.by):
            raise UserError(_("There is no operators' group."))
        await context.answer("sentence", sentence=_("Messages are brought to the group no more. The inbox has them."))
    else:
        chat_id = await in_database(group.followed)
        name = (await in_database(called, [chat_id])).get(chat_id, str(chat_id)) if chat_id else ""
        await context.answer("operators", chat_id=chat_id, name=name)


async def ask(context: Context) -> None:
    """Ask, once it is seen that the bot can do it here."""
    chat = context.message.chat
    if chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
        raise UserError(_("Write this in the group that shall be the operators'."))
    if chat.is_forum:
        me = await context.entities.member(chat.id, context.bot.id)
        if not isinstance(me, ChatMemberAdministrator) or not me.can_manage_topics:
            raise UserError(_("Make me an administrator who may manage topics, then write this again."))
    question = _("Bring what people write to this group? Everybody in it reads that; who has the role support answers.")
    given = {"chat": chat.id, "is_forum": bool(chat.is_forum)}
    await context.ask("operators_ok", "ask", yes=_("Bring it here"), given=given, question=question)


@confirmed("operators_ok", role=Role.ADMIN)
async def chosen(_update: Update, context: Context) -> None:
    """Make it the operators' group."""
    chat_id, is_forum = context.confirmed["chat"], context.confirmed["is_forum"]
    await in_database(group.choose, chat_id=chat_id, is_forum=is_forum, by=context.by)
    await context.edit("sentence", sentence=_("From now on what people write is brought here."))


@message(InGroup() & TOPIC_STATES)
async def topic(_update: Update, context: Context) -> None:
    """Note that a topic was closed or opened again."""
    sent = context.message
    chat_id, is_closed = sent.chat.id, sent.forum_topic_closed is not None
    await in_database(answering.note_topic, chat_id=chat_id, topic=sent.message_thread_id, is_closed=is_closed)


@message(InGroup() & ~filters.COMMAND & ~filters.StatusUpdate.ALL)
async def answer(_update: Update, context: Context) -> None:
    """Send it to the person that it is about, if its author may answer."""
    sent = context.message
    spoken = spoken_in(sent)
    whom = await in_database(answering.meant, spoken)
    if whom is None:
        return
    if context.role < Role.SUPPORT:
        raise PermissionDenied(_("Only operators answer people here. Nothing was sent."))
    content = content_of(sent) if sent.text else copied(sent).content
    by, pk = context.by, context.update_pk
    await in_database(answering.answer, spoken=spoken, whom=whom, content=content, by=by, update_pk=pk)


def spoken_in(sent: Message) -> Spoken:
    """Return where in the group a message stands."""
    answered = sent.reply_to_message
    topic = sent.message_thread_id if sent.is_topic_message else None
    reply_to = answered.message_id if answered and not answered.forum_topic_created else None
    return Spoken(sent.chat.id, sent.message_id, topic, reply_to, sent.date, is_forum=bool(sent.chat.is_forum))
