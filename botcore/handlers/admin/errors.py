"""/errors, the card of one error, and the buttons under both and under alerts. Every press asks anew whether it may."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.alerts import cards, telegram_message, triage
from botcore.alerts.cards import Card
from botcore.database import in_database
from botcore.errors import selectors as errors
from botcore.errors.kinds import GroupState
from botcore.errors.selection import TABS as STATES
from botcore.errors.selection import GroupSelection
from botcore.paging import Place
from botcore.pipeline.arguments import Choice, Text
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, ids, place, turning
from botcore.registry import button, command

LISTED = 8
STATE = Choice("state", default="open", among=STATES, help=gettext_lazy("open, new, ongoing, muted … or all"))


TABS = {
    "open": pgettext_lazy("errors", "unresolved"),
    "new": pgettext_lazy("errors", "new"),
    "ongoing": pgettext_lazy("errors", "ongoing"),
    "regressed": pgettext_lazy("errors", "it came back"),
    "muted": pgettext_lazy("errors", "muted"),
    "resolved": pgettext_lazy("errors", "resolved"),
    "all": pgettext_lazy("errors", "all"),
}
WORDS = Text("words", default="", most=200, help=gettext_lazy("Words of its title, function or handler"))


@command("errors", args=[STATE, WORDS], help=gettext_lazy("Errors, newest first"), role=Role.ADMIN, private=True)
async def newest(_update: Update, context: Context) -> None:
    """List the errors of a state with a button for each."""
    await context.answer("errors", **await listed(context.arguments["state"], context.arguments["words"]))


@button("errors", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page, or another state, in the list's place."""
    about, cursor = place(context.value)
    state, _space, search = about.partition(" ")
    await context.edit("errors", **await listed(state, search, cursor))


@button("error", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show one of them in the list's place."""
    await show(context, context.value)


@button("error_mute", role=Role.ADMIN)
async def mute(_update: Update, context: Context) -> None:
    """Be silent about it for an hour."""
    await decide(context, context.value, "mute")


@button("error_resolve", role=Role.ADMIN)
async def resolve(_update: Update, context: Context) -> None:
    """Call it mended."""
    await decide(context, context.value, "resolve")


@button("error_do", role=Role.ADMIN)
async def do(_update: Update, context: Context) -> None:
    """Do what another button of the card says: its value is id, verb and words."""
    await decide(context, *context.value.split(" ", 2))


async def decide(context: Context, typed: str, verb: str = "", words: str = "") -> None:
    """Decide about an error, and show it in the place of the message."""
    done = await order(context, typed, verb, words)
    await show(context, typed, done)


async def order(context: Context, typed: str, verb: str, words: str) -> str:
    """Decide about an error; return what to say."""
    group_id = await in_database(triage.find, typed)
    return await in_database(triage.decide, group_id, verb, words, by=context.by, person_id=context.person.id)


async def show(context: Context, typed: str, done: str = "") -> None:
    """Put the error, and what was done about it, in the place of the message."""
    await context.edit("error", **await facts(context, typed, done))
    await context.toast(done)


async def facts(context: Context, typed: str, done: str = "") -> dict[str, Any]:
    """Return what the card shows."""
    card = await in_database(cards.card, typed)
    by = context.person.first_name
    return {"card": card, "opens": telegram_message.opens(), "done": done, "by": by, "buttons": buttons(card)}


async def listed(state: str, search: str, cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    state = state if state in STATES else "open"
    chosen = GroupSelection(state, search)
    page = await in_database(errors.groups, chosen, place=Place(cursor), size=LISTED)
    counts = await in_database(errors.tab_counts, errors.COUNT_CAP)
    turns = turning("errors", page, about=f"{state} {search}".strip())
    rows = [*ids("error", [row.id for row in page.rows]), turns, ways(state, counts)]
    return {"found": page.rows, "state": state, "tab": TABS[state], "search": search, "buttons": rows}


def ways(state: str, counts: Mapping[str, int]) -> list[InlineKeyboardButton]:
    """Return the buttons to other states, with how many errors each has."""
    words = {"open": _("Unresolved"), "muted": pgettext("errors", "Muted"), "resolved": _("Resolved"), "all": _("All")}
    return [callback_button(f"{words[tab]} {counts[tab]}", "errors", f"{tab}|") for tab in words if tab != state]


def buttons(card: Card) -> list[list[InlineKeyboardButton]]:
    """Return what can be done about it: by its state, who has it, whether there is anything to replay."""
    opening = [InlineKeyboardButton(_("Open"), url=card.link)] if telegram_message.opens() else []
    around = [callback_button(AGAIN, "error", str(card.id)), callback_button(_("List"), "errors", "open|")]
    replay = callback_button(_("Replay %(n)s") % {"n": card.again}, "error_replay", str(card.id))
    given, free = doing(card, _("Give to nobody"), "assign nobody"), doing(card, _("Take it"), "assign me")
    more = [given if card.assignee else free, *([replay] if card.again else [])]
    return [*stating(card), more, [*around, *opening]]


def stating(card: Card) -> list[list[InlineKeyboardButton]]:
    """Return the buttons that change its state."""
    resolve = [callback_button(_("Resolve"), "error_resolve", str(card.id)), doing(card, _("In next release"), "next")]
    if card.is_closed:
        again = [doing(card, _("Reopen"), "reopen")]
        return [again if card.state == GroupState.RESOLVED else [*again, *resolve]]
    known = [] if card.state == GroupState.ONGOING else [doing(card, _("Acknowledge"), "acknowledge")]
    mute = [callback_button(_("Mute 1 h"), "error_mute", str(card.id)), doing(card, _("1 d"), "mute 1d")]
    return [[*known, *resolve], [*mute, doing(card, _("For ever"), "mute ever")]]


def doing(card: Card, label: str, words: str) -> InlineKeyboardButton:
    """Return a button that does what the words say."""
    return callback_button(label, "error_do", f"{card.id} {words}")
