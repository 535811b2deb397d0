"""/broadcast: a message to everybody, written down and shown first, started after a question; cards follow each."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.broadcasts import card, cards, drafts, personal, selectors, services
from botcore.broadcasts.selectors import MOST_COUNTED, BroadcastFacts
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.paging import Place
from botcore.people.privacy import Reader
from botcore.pipeline.composing import composed, preview
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import place, turning
from botcore.registry import button, command, confirmed
from botcore.templatetags.moments import grouped
from botcore.validators import whole

LISTED = 8


@command("broadcast", help=gettext_lazy("Send a message to everybody"), role=Role.ADMIN, private=True)
async def broadcast(_update: Update, context: Context) -> None:
    """Write down the message that is answered, or the words behind the command; list broadcasts without any."""
    wanted = composed(context.message)
    if wanted is None:
        await context.answer("broadcasts", **await listed())
        return
    await preview(context.message.chat, await in_database(personal.for_person, wanted.content, context.person.id))
    write = partial(drafts.write, by=context.by, content=wanted.content, about=wanted.about, is_shown=True)
    pk = await in_database(write, bot_id=context.bot.id, update_pk=context.update_pk)
    await context.answer("broadcast", **await facts(pk), note=wanted.note)


@button("broadcasts", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show a page of the list in the place of the message."""
    await in_database(cards.leave, **message_of(context))
    await context.edit("broadcasts", **await listed(place(context.value)[1]))


@button("broadcast", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show a broadcast's card in the place of the message, as it is now, and follow it."""
    await show(context, (await in_database(card.found, context.value)).pk)


@button("broadcast_pause", role=Role.ADMIN)
async def pause(_update: Update, context: Context) -> None:
    """Hold back what waits."""
    await act(context, services.pause, _("What waited is held back."))


@button("broadcast_resume", role=Role.ADMIN)
async def resume(_update: Update, context: Context) -> None:
    """Let it go on."""
    await act(context, services.resume, _("It goes on."))


@button("broadcast_start", role=Role.ADMIN)
async def ask_to_start(_update: Update, context: Context) -> None:
    """Ask whether everybody shall get it."""
    found = await in_database(card.found, context.value)
    asked = _question(found) % {"pk": found.pk, "of": found.amends, "count": people(found)}
    question = f"{asked} {card.to_pay(found)}".strip()
    await in_database(cards.leave, **message_of(context))
    stars = found.price.most if found.price else None
    given, back = {"broadcast": found.pk, "stars": stars}, f"broadcast:{found.pk}"
    await context.ask("broadcast_start_ok", "ask", yes=_("Send"), given=given, back=back, question=question)


@confirmed("broadcast_start_ok", role=Role.ADMIN)
async def start(_update: Update, context: Context) -> None:
    """Begin to send it."""
    pk, stars = context.confirmed["broadcast"], context.confirmed["stars"]
    is_new = await in_database(services.start, pk, by=context.by, tell_chat=context.person.id, stars=stars)
    await show(context, pk, _("It is being sent.") if is_new else _("That was done already."))


@button("broadcast_cancel", role=Role.ADMIN)
async def ask_to_cancel(_update: Update, context: Context) -> None:
    """Ask whether it shall be given up."""
    found = await in_database(card.found, context.value)
    words = _("Give up broadcast %(pk)s? What was sent stays, nobody else gets it, and it cannot go on afterwards.")
    await in_database(cards.leave, **message_of(context))
    given, question, back = {"broadcast": found.pk}, words % {"pk": found.pk}, f"broadcast:{found.pk}"
    await context.ask("broadcast_cancel_ok", "ask", yes=_("Give up"), given=given, back=back, question=question)


@confirmed("broadcast_cancel_ok", role=Role.ADMIN)
async def cancel(_update: Update, context: Context) -> None:
    """Cancel what waits."""
    pk = context.confirmed["broadcast"]
    is_new = await in_database(services.cancel, pk, by=context.by)
    await show(context, pk, _("It is given up.") if is_new else _("That was done already."))


async def act(context: Context, service: Callable[..., bool], done: str) -> None:
    """Do what a button says and show the card."""
    pk = whole(context.value)
    is_new = await in_database(service, pk, by=context.by)
    await show(context, pk, done if is_new else _("That was done already."))


async def show(context: Context, pk: int, done: str = "") -> None:
    """Put the card in the place of the message whose button was pressed; from now on it is kept up to date."""
    await in_database(cards.follow, pk, **message_of(context))
    await context.edit("broadcast", **await facts(pk))
    await context.toast(done)


async def facts(pk: int) -> dict[str, Any]:
    """Return what the card shows."""
    found = await in_database(card.found, str(pk))
    rows = [[InlineKeyboardButton(one.text, callback_data=one.data) for one in row] for row in card.buttons(found)]
    return {**card.values(found), "buttons": rows}


async def listed(cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    page = await in_database(selectors.broadcasts, reader=Reader(), place=Place(cursor), size=LISTED)
    every = [callback_button(str(number), "broadcast", str(row.pk)) for number, row in enumerate(page.rows, 1)]
    numbers = [every[start : start + 4] for start in range(0, len(every), 4)]
    return {"found": page.rows, "buttons": [*numbers, turning("broadcasts", page)]}


def _question(found: BroadcastFacts) -> str:
    if found.is_deletion:
        return _("Delete what broadcast %(of)s has sent, for everybody? People: %(count)s. That cannot be undone.")
    if found.amends:
        return _("Edit what broadcast %(of)s has sent, for everybody who got it? People: %(count)s.")
    return _("Send broadcast %(pk)s to everybody? People: %(count)s. Who has read it has read it.")


def message_of(context: Context) -> dict[str, int]:
    """Return the message whose button was pressed, as cards know it."""
    if not context.has_message:
        raise UserError(_("This button is too old."))
    message = context.message
    return {"bot_id": context.bot.id, "chat_id": message.chat.id, "message_id": message.message_id}


def people(found: BroadcastFacts) -> str:
    """Say how many people were counted."""
    total = found.progress.total
    return f"{grouped(MOST_COUNTED)}+" if total is None else grouped(total)
