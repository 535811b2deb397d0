"""What comes before a broadcast starts, on its card: a test, another text, a time. The next message says what."""

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from telegram import Update
from telegram.ext import filters

from botcore.access.roles import Role
from botcore.broadcasts import aim, card, drafts, personal, services
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.broadcast import act, facts
from botcore.outbox.content import Text
from botcore.pipeline.composing import preview
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, conversation
from botcore.runtime import settings as runtime
from botcore.texts.markup import HTML
from botcore.validators import moment, whole

FLOW, STARS = "broadcast", "stars"
PATIENCE = 600.0  # seconds: what an operator writes later is meant for somebody else
WORDS = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND


@button("broadcast_test", role=Role.ADMIN)
async def test(_update: Update, context: Context) -> None:
    """Send what the draft says to who pressed."""

    def send(pk: int, *, by: str) -> bool:
        return drafts.test(pk, by=by, person=context.person.id)

    await act(context, send, _("The test is on its way."))


@button("broadcast_edit", role=Role.ADMIN)
async def ask_for_text(_update: Update, context: Context) -> None:
    """Wait for what it shall say."""
    await ask(context, "text", _("Your next message is what broadcast %(pk)s says from then on."))


@button("broadcast_schedule", role=Role.ADMIN)
async def ask_for_time(_update: Update, context: Context) -> None:
    """Wait for a time."""
    there = await in_database(runtime.value, "broadcasts.zone")
    words = _("When shall broadcast %(pk)s begin? Write a time, such as 14:00 or 2026-11-30 14:00, in %(zone)s.")
    found = await in_database(card.found, context.value)
    price = card.to_pay(found)
    await ask(context, "time", f"{words} {price}".strip(), zone=there)
    context.conversation.answers[STARS] = found.price.most if found.price else None


@button("broadcast_aim", role=Role.ADMIN)
async def ask_for_audience(_update: Update, context: Context) -> None:
    """Wait for conditions."""
    words = _("Who shall get broadcast %(pk)s? Write conditions such as tag=vip without=old language=ru, or everybody.")
    await ask(context, "audience", words)


@button("broadcast_unschedule", role=Role.ADMIN)
async def unschedule(_update: Update, context: Context) -> None:
    """Make it a draft again."""
    await act(context, services.unschedule, _("It is a draft again."))


@button("broadcast_copy", role=Role.ADMIN)
async def copy(_update: Update, context: Context) -> None:
    """Write a draft that says the same, below the card."""
    new = await in_database(drafts.copy, whole(context.value), by=context.by, update_pk=context.update_pk)
    await context.answer("broadcast", **await facts(new))


@button("broadcast_leave", role=Role.ADMIN)
async def leave(_update: Update, context: Context) -> None:
    """Wait no more."""
    context.conversation.end()
    await context.edit("sentence", sentence=_("Cancelled. Nothing was done."))


@conversation(FLOW, step="text", matching=WORDS, role=Role.ADMIN)
async def edit(_update: Update, context: Context) -> None:
    """Show it as people will get it, then keep it: Telegram has taken it, so that it needs no other test."""
    pk, content = context.conversation.answers[FLOW], Text(context.message.text_html, HTML)
    await preview(context.message.chat, await in_database(personal.for_person, content, context.person.id))
    await in_database(drafts.edit, pk, by=context.by, content=content, is_shown=True)
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))


@conversation(FLOW, step="time", matching=WORDS, role=Role.ADMIN)
async def schedule(_update: Update, context: Context) -> None:
    """Let it begin at the time that was written."""
    pk = context.conversation.answers[FLOW]
    there = await in_database(runtime.value, "broadcasts.zone")
    at = moment(context.message.text or "", zone=ZoneInfo(there), now=timezone.now())
    stars = context.conversation.answers[STARS]
    await in_database(services.schedule, pk, by=context.by, at=at, tell_chat=context.person.id, stars=stars)
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))


@conversation(FLOW, step="audience", matching=WORDS, role=Role.ADMIN)
async def aim_at(_update: Update, context: Context) -> None:
    """Let those get it who fit what was written, and say how many they are."""
    pk = context.conversation.answers[FLOW]
    await in_database(drafts.aim_at, pk, by=context.by, words=aim.read(context.message.text or ""))
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))


async def ask(context: Context, step: str, words: str, **values: str) -> None:
    """Say what is waited for, of a broadcast that has not begun."""
    found: BroadcastFacts = await in_database(card.found, context.value)
    if not found.is_before:
        raise UserError(_("Broadcast %(pk)s has begun already.") % {"pk": found.pk})
    context.conversation.start(FLOW, step=step, seconds=PATIENCE)
    context.conversation.answers[FLOW] = found.pk
    sentence = words % {"pk": found.pk, **values}
    await context.answer("sentence", sentence=sentence, buttons=[[callback_button(_("Cancel"), "broadcast_leave")]])
