"""/replay and the buttons for it: dead letters go through again, after a question that says how many."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.alerts import cards
from botcore.database import in_database
from botcore.exceptions import UserError, ValidationError
from botcore.inbox import replay as service
from botcore.inbox.selection import Selection
from botcore.pipeline.arguments import Argument, Name
from botcore.pipeline.context import Context
from botcore.registry import button, command, confirmed
from botcore.validators import integer, whole

ALL = "all"
FAILED = ("dead", "quarantined")


class What(Argument):
    """The number of an update, or "all"."""

    def read(self, word: str) -> int:
        """Return the number; 0 for all."""
        number = word.removeprefix("#")
        if number[:1].isdigit():
            return integer(number, least=1)
        if word.lower() != ALL:
            raise ValidationError(_("Write the number of an update, or all."))
        return 0


WHAT = What("what", help=gettext_lazy("The number of an update, or all"))
HANDLER = Name("handler", default="", help=gettext_lazy("With all: only of this handler, as /dead shows it"))


@command("replay", args=[WHAT, HANDLER], help=gettext_lazy("Send dead letters through again"), role=Role.ADMIN,
         private=True)  # fmt: skip
async def replay(_update: Update, context: Context) -> None:
    """Ask first."""
    pk, handler = context.arguments["what"], context.arguments["handler"]
    if pk and handler:
        raise UserError(_("A handler goes with all, not with one update."))
    await ask(context, Selection(ids=(pk,)) if pk else Selection(states=FAILED, handler=handler))


@button("dead_replay", role=Role.ADMIN)
async def one(_update: Update, context: Context) -> None:
    """Ask first about the update of a card."""
    pk = whole(context.value)
    await ask(context, Selection(ids=(pk,)), back=f"dead_one:{pk}")


@button("error_replay", role=Role.ADMIN)
async def of_error(_update: Update, context: Context) -> None:
    """Ask first about the dead letters of an error."""
    pk = whole(context.value)
    await ask_about_error(context, pk, back=f"error:{pk}")


async def ask_about_error(context: Context, group_id: int, back: str = "") -> None:
    """Ask first about the dead letters of an error."""
    chosen = await in_database(cards.selection_of, group_id)
    if chosen is None:
        raise UserError(_("There is nothing to replay."))
    await ask(context, chosen, back)


async def ask(context: Context, chosen: Selection, back: str = "") -> None:
    """Say how many would go through again, and ask; say why when none would. Cancel leads `back`."""
    plan = await in_database(service.plan, chosen, most=service.AT_ONCE)
    if plan.unknown:
        raise UserError(_("There is no update %(number)s.") % {"number": plan.unknown[0]})
    if not plan.total:
        await tell(context, plan)
        return
    given: dict[str, Any] = {"ids": chosen.ids, "states": chosen.states, "handler": chosen.handler}
    yes = _("Replay %(n)s") % {"n": plan.total}
    given["group"] = chosen.group
    await context.ask("replay_ok", "replay_ask", yes=yes, given=given, back=back, plan=plan)


@confirmed("replay_ok", role=Role.ADMIN)
async def replayed(_update: Update, context: Context) -> None:
    """Send them through again; what has changed since the question is counted anew."""
    given = context.confirmed
    chosen = Selection(tuple(given["ids"]), tuple(given["states"]), handler=given["handler"], group=given["group"])
    done = await in_database(service.replay, chosen, by=context.by, most=service.AT_ONCE)
    await context.edit("replayed", plan=done)


async def tell(context: Context, plan: service.Plan) -> None:
    """Say that nothing would go through again, and why."""
    show = context.edit if context.value else context.answer
    await show("replayed", plan=plan)
