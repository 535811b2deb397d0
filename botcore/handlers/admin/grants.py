"""/grant, /revoke and /roles: who may do what here. Only owners give and take more than is below their own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access import selectors
from botcore.access import services as access
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.access.rules import Giver, check_may_grant, check_may_revoke
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import LISTED, WHO, read
from botcore.pipeline.arguments import Choice
from botcore.pipeline.context import Context
from botcore.pipeline.lists import place, turning
from botcore.pipeline.sentences import label, outcome, role_words
from botcore.registry import button, command, confirmed

NAMES = [role.name.lower() for role in GRANTED]
ROLE = Choice("role", among=NAMES, help=gettext_lazy("support, moderator, admin or owner"))


@command("grant", args=[WHO, ROLE], help=gettext_lazy("Grant a person a role"), role=Role.ADMIN, private=True)
async def grant(_update: Update, context: Context) -> None:
    """Ask first."""
    person, role = context.arguments["who"], BY_NAME[context.arguments["role"]]
    before = await in_database(check_may_grant, person.id, role, giver(context))
    if before == role:
        raise UserError(_("This person has that role."))
    words = {"who": label(person), "role": role_words(role), "before": role_words(before)}
    question = _("Grant %(who)s the role %(role)s? Now it is: %(before)s.") % words
    await context.ask("grant_ok", "ask", yes=_("Grant"), given={"who": person.id, "role": role}, question=question)


@confirmed("grant_ok", role=Role.ADMIN)
async def granted(_update: Update, context: Context) -> None:
    """Grant, and say so in the question's place."""
    person, role = (await read(context.confirmed["who"])).person, Role(context.confirmed["role"])
    await in_database(access.grant, user_id=person.id, role=role, by=context.by, giver=giver(context))
    sentence = _("%(who)s has the role %(role)s now.") % {"who": label(person), "role": role_words(role)}
    await context.edit("sentence", **outcome(context, sentence, person.id))


@command("revoke", args=[WHO], help=gettext_lazy("Take a person's role away"), role=Role.ADMIN, private=True)
async def revoke(_update: Update, context: Context) -> None:
    """Ask first."""
    person = context.arguments["who"]
    before = await in_database(check_may_revoke, person.id, giver(context))
    if before == Role.MEMBER:
        raise UserError(_("This person has no role."))
    question = _("Take the role %(role)s away from %(who)s?") % {"role": role_words(before), "who": label(person)}
    await context.ask("revoke_ok", "ask", yes=_("Revoke"), given={"who": person.id}, question=question)


@confirmed("revoke_ok", role=Role.ADMIN)
async def revoked(_update: Update, context: Context) -> None:
    """Revoke, and say so in the question's place; no role left to take may mean that this attempt is the second."""
    person = (await read(context.confirmed["who"])).person
    await in_database(access.revoke, user_id=person.id, by=context.by, giver=giver(context))
    sentence = _("%(who)s has no role any more.") % {"who": label(person)}
    await context.edit("sentence", **outcome(context, sentence, person.id))


@command("roles", args=[], help=gettext_lazy("Who has a role"), role=Role.ADMIN, private=True)
async def roles(_update: Update, context: Context) -> None:
    """List those with a role, the highest first."""
    await context.answer("roles", **await held_by())


@button("roles", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page of the list in its place."""
    await context.edit("roles", **await held_by(place(context.value)[1]))


async def held_by(cursor: str = "") -> dict[str, Any]:
    """Return what the list shows."""
    page = await in_database(selectors.holders_page, cursor, size=LISTED)
    return {"holders": page.rows, "buttons": [turning("roles", page)]}


def giver(context: Context) -> Giver:
    """Return who gives or takes."""
    return Giver(person_id=context.person.id)
