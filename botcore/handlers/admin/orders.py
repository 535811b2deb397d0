"""/error, /merge and /split: everything that the page of an error can do, by words. Its buttons are in errors.py."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.alerts import cards, triage
from botcore.database import in_database
from botcore.errors import services as errors
from botcore.exceptions import UserError
from botcore.handlers.admin.errors import facts
from botcore.handlers.admin.replay import ask_about_error
from botcore.pipeline.arguments import Choice, Name, Text
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed

REPLAY = "replay"
ERROR = Name("error", help=gettext_lazy("Its number, or a reference; several with commas"))
ACTION = Choice(
    "action",
    default="",
    among=(*triage.VERBS, REPLAY),
    help=gettext_lazy("acknowledge, resolve, next (release), reopen, mute, assign, note or replay"),
)
WORDS = Text(
    "words",
    default="",
    most=errors.LONGEST_NOTE,
    help=gettext_lazy("mute 1h, mute ever, mute 100 in 1h · assign me, assign nobody, assign NAME · note …"),
)


@command("error", args=[ERROR, ACTION, WORDS], help=gettext_lazy("One error, and what to do about it"),
         role=Role.ADMIN, private=True)  # fmt: skip
async def error(_update: Update, context: Context) -> None:
    """Show an error, after doing what is asked for."""
    typed, verb, words = (context.arguments[name] for name in ("error", "action", "words"))
    found = await in_database(triage.find_all, typed)
    if verb == REPLAY:
        await ask_about_error(context, found[0])
        return
    done = await decide(context, found, verb, words)
    if len(found) == 1:
        await context.answer("error", **await facts(context, str(found[0]), done))
    else:
        await context.answer("sentence", sentence=done or _("Say what to do about them."))


async def decide(context: Context, found: list[int], verb: str, words: str) -> str:
    """Decide about one error or several; return what to say, "" without a verb."""
    if not found:
        raise triage.unknown()
    if not verb:
        return ""
    by, me = context.by, context.person.id
    if len(found) == 1:
        return await in_database(triage.decide, found[0], verb, words, by=by, person_id=me)
    changed, done = await in_database(triage.decide_all, found, verb, words, by=by, person_id=me)
    if not changed:
        return _("Nothing changed: it was so already.")
    words = _("%(changed)s of %(all)s errors: %(done)s (%(which)s)")
    return words % {"changed": len(changed), "all": len(found), "done": done, "which": numbered(changed)}


def numbered(found: Iterable[int]) -> str:
    """Name errors in a sentence."""
    return ", ".join(f"#{pk}" for pk in found)


INTO = Name("into", help=gettext_lazy("The number of the error that stays"))
OTHERS = Text("others", help=gettext_lazy("The numbers of those that become a part of it"))


@command("merge", args=[INTO, OTHERS], help=gettext_lazy("Make errors one"), role=Role.ADMIN, private=True)
async def merge(_update: Update, context: Context) -> None:
    """Ask first."""
    into = await in_database(triage.find, context.arguments["into"])
    others = [pk for pk in await in_database(triage.find_all, context.arguments["others"]) if pk != into]
    if not others:
        raise UserError(_("It takes two errors at least to merge them."))
    target, *parts = await in_database(cards.titles, [into, *others])
    given = {"into": into, "others": others}
    await context.ask("merge_ok", "merge_ask", yes=_("Merge"), given=given, target=target, parts=parts)


@confirmed("merge_ok", role=Role.ADMIN)
async def merged(_update: Update, context: Context) -> None:
    """Merge them and show the one that stays."""
    into, others = context.confirmed["into"], context.confirmed["others"]
    await in_database(errors.merge, into=into, others=others, by=context.by)
    done = _("%(others)s merged into #%(into)s") % {"others": numbered(others), "into": into}
    await context.edit("error", **await facts(context, str(into), done))


WHOLE = Name("error", help=gettext_lazy("Its number, or a reference"))
PART = Name("fingerprint", help=gettext_lazy("Of the part, as /error shows it"))


@command("split", args=[WHOLE, PART], help=gettext_lazy("Make a part of an error its own"), role=Role.ADMIN,
         private=True)  # fmt: skip
async def split(_update: Update, context: Context) -> None:
    """Split it off and show it."""
    group_id = await in_database(triage.find, context.arguments["error"])
    new = await in_database(triage.split_off, group_id, context.arguments["fingerprint"], by=context.by)
    await context.answer("error", **await facts(context, str(new), _("An error of its own now")))
