"""What a broadcast has beside its words, chosen on its card: buttons below it, hours of people's days, payment."""

from functools import partial

from django.utils.translation import gettext as _
from telegram import Update

from botcore.access.roles import Role
from botcore.broadcasts import card, course
from botcore.broadcasts.selectors import BroadcastFacts
from botcore.database import in_database
from botcore.handlers.admin.broadcast import act, facts
from botcore.handlers.admin.broadcast_draft import FLOW, WORDS, ask
from botcore.pipeline.context import Context
from botcore.registry import button, conversation


@button("broadcast_buttons", role=Role.ADMIN)
async def ask_for_buttons(_update: Update, context: Context) -> None:
    """Wait for the buttons that open addresses."""
    words = _(
        "Which buttons shall be below broadcast %(pk)s? Write a line for each, such as Our shop | https://example.com, "
        "or off for none. It is to be tested anew then."
    )
    await ask(context, "buttons", words)


@button("broadcast_hours", role=Role.ADMIN)
async def ask_for_hours(_update: Update, context: Context) -> None:
    """Wait for hours."""
    words = _(
        "At which hours of each person's own day shall broadcast %(pk)s go out? Write such as 10:00-20:00, or off for "
        "any hour. Whose time zone is not known counts by the settings broadcasts.zones and broadcasts.zone."
    )
    await ask(context, "hours", words)


@button("broadcast_stopper", role=Role.ADMIN)
async def with_stop(_update: Update, context: Context) -> None:
    """Put the button for those who want no more below it, or take it away."""
    found = await in_database(card.found, context.value)
    wanted = partial(course.put_below, has_stop=not found.has_stop)
    await act(context, wanted, _("It is below it now.") if not found.has_stop else _("It is gone."))


@button("broadcast_pay", role=Role.ADMIN)
async def pay(_update: Update, context: Context) -> None:
    """Pay Stars for it, or no more; its price is said on the card and agreed to at the start."""
    found: BroadcastFacts = await in_database(card.found, context.value)
    wanted = partial(course.choose, is_paid=not found.is_paid)
    await act(context, wanted, _("It goes out without paying.") if found.is_paid else _("It is paid for with Stars."))


@conversation(FLOW, step="buttons", matching=WORDS, role=Role.ADMIN)
async def keep_buttons(_update: Update, context: Context) -> None:
    """Put what was written below it."""
    pk, typed = context.conversation.answers[FLOW], context.message.text or ""
    wanted = "" if typed.strip().lower() in {"off", _("off")} else typed
    await in_database(course.put_below, pk, by=context.by, buttons=wanted)
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))


@conversation(FLOW, step="hours", matching=WORDS, role=Role.ADMIN)
async def keep_hours(_update: Update, context: Context) -> None:
    """Let it go out at what was written."""
    pk = context.conversation.answers[FLOW]
    await in_database(course.choose, pk, by=context.by, hours=context.message.text or "")
    context.conversation.end()
    await context.answer("broadcast", **await facts(pk))
