"""/users and /user: finding people, and the card of one with its buttons. Every press asks anew whether it may be."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.paging import Page, Place
from botcore.people import cards
from botcore.people import selectors as people
from botcore.people.cards import Card
from botcore.people.selection import PeopleSelection
from botcore.pipeline.arguments import Person, Text
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place, turning
from botcore.registry import button, command
from botcore.validators import whole

LISTED = 8
SEARCH_LENGTH = 64
QUERY = Text(
    "query", default="", most=SEARCH_LENGTH, help=gettext_lazy("The start of a name or @username, an id, or a #tag")
)
WHO = Person("who", help=gettext_lazy("@name, an id, or an answer to a message of theirs"))


@command("users", args=[QUERY], help=gettext_lazy("Find people"), role=Role.SUPPORT, private=True)
async def users(_update: Update, context: Context) -> None:
    """List those whom the words fit, last seen first, with a button for each."""
    await context.answer("users", **await found(context.arguments["query"]))


@button("users", role=Role.SUPPORT)
async def turn(_update: Update, context: Context) -> None:
    """Show another page of the list in its place."""
    query, cursor = place(context.value)
    await context.edit("users", **await found(query, cursor))


@command("user", args=[WHO], help=gettext_lazy("All about one person"), role=Role.SUPPORT, private=True)
async def user(_update: Update, context: Context) -> None:
    """Show a person's card."""
    await context.answer("person", **await facts(context, context.arguments["who"].id))


@button("person", role=Role.SUPPORT)
async def look(_update: Update, context: Context) -> None:
    """Show a person's card in the place of the message, as it is now."""
    await show(context, whole(context.value))


@button("person_talk", role=Role.SUPPORT)
async def talk(_update: Update, context: Context) -> None:
    """Show what was said in private, both ways."""
    about, before = place(context.value)
    card = await read(whole(about))
    page = await in_database(cards.talk, card.person.id, before, reader=context.person.id)
    back = [callback_button(_("Back to the card"), "person", str(card.person.id))]
    rows = [turning("person_talk", page, about=str(card.person.id)), back]
    await context.edit("person_talk", person=card.person, turns=page.rows, buttons=rows)


async def show(context: Context, user_id: int, *, done: str = "") -> None:
    """Put a person's card, and what was done, in the place of the message whose button was pressed."""
    await context.edit("person", **await facts(context, user_id), done=done)
    await context.toast(done)


async def found(query: str, cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    chosen = PeopleSelection(query)
    page = await in_database(people.people, chosen, place=Place(cursor), size=LISTED)
    return {"found": page.rows, "query": query, "buttons": [*numbers(page), turning("users", page, about=query)]}


async def facts(context: Context, user_id: int) -> dict[str, Any]:
    """Return what the card shows."""
    card = await read(user_id, reader=context.person.id)
    return {"card": card, "buttons": buttons(card, context.role)}


async def read(user_id: int, *, reader: int | None = None) -> Card:
    """Return a person's card, with messages if a reader may see them; raise UserError when nobody has this id now."""
    card = await in_database(cards.card, user_id, reader=reader)
    if card is None:
        raise UserError(_("The bot does not know this person any more."))
    return card


def numbers(page: Page[people.Person]) -> list[list[InlineKeyboardButton]]:
    """Return a button for each row, by its number, four in a row."""
    every = [callback_button(str(place), "person", str(row.id)) for place, row in enumerate(page.rows, 1)]
    return [every[start : start + 4] for start in range(0, len(every), 4)]


def buttons(card: Card, role: Role) -> list[list[InlineKeyboardButton]]:
    """Return the buttons of a card that this role may press."""
    about = str(card.person.id)
    lift = callback_button(_("Unban") if card.is_banned else _("Unmute"), "person_lift", about)
    keep = [callback_button(_("Ban"), "person_ban", about), callback_button(_("Mute 1 h"), "person_mute", about)]
    access = [] if role < Role.MODERATOR else [lift] if card.restrictions else keep if not card.holder else []
    write = callback_button(_("Write to"), "person_write", about)
    read = [] if card.is_closed else [callback_button(_("Messages"), "person_talk", f"{about}|")]
    more = [write, *read]
    return [*([access] if access else []), more, [callback_button(AGAIN, "person", about)]]
