"""/ban, /mute and /unban, by name, id or an answer in a group; and the same by the buttons of a person's card."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access import services as access
from botcore.access.models import REASON_LENGTH, Keep
from botcore.access.roles import Role
from botcore.access.rules import check_may_restrict
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import WHO, read, show
from botcore.people.selectors import Person
from botcore.pipeline.arguments import Duration, Text
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import ends_after, label, outcome, until
from botcore.registry import button, command, confirmed
from botcore.validators import as_duration, whole

HOUR = timedelta(hours=1)
LENGTH = Duration("for", default=None, help=gettext_lazy("2h, 7d …; without it until somebody lifts it"))
REASON = Text("reason", default="", most=REASON_LENGTH, help=gettext_lazy("why, in your words"))


@command(
    "ban",
    args=[WHO, LENGTH, REASON],
    help=gettext_lazy("Serve a person no more"),
    role=Role.MODERATOR,
)
async def ban(_update: Update, context: Context) -> None:
    """Ask first."""
    given = context.arguments
    await ask_to_ban(context, given["who"], given["for"], given["reason"])


@button("person_ban", role=Role.MODERATOR)
async def ban_from_card(_update: Update, context: Context) -> None:
    """Ask in the card's place."""
    await ask_to_ban(context, (await read(whole(context.value))).person, None, "")


async def ask_to_ban(context: Context, person: Person, length: timedelta | None, reason: str) -> None:
    """Show the question with its button."""
    await in_database(check_may_restrict, person.id)
    words = {"who": label(person), "time": as_duration(length) if length else ""}
    question = (_("Ban %(who)s for %(time)s?") if length else _("Ban %(who)s until somebody lifts it?")) % words
    because = f" {_('Reason: %(reason)s') % {'reason': reason}}" if reason else ""
    ends = ends_after(length.total_seconds()) if length else None
    given = {"who": person.id, "until": ends and ends.isoformat(), "reason": reason}
    await context.ask("ban_ok", "ask", yes=_("Ban"), given=given, question=f"{question}{because}")


@confirmed("ban_ok", role=Role.MODERATOR)
async def banned(_update: Update, context: Context) -> None:
    """Ban, and say so in the question's place."""
    given = context.confirmed
    # Counted from the question on: a second attempt at the same press is the same ban.
    ends = datetime.fromisoformat(given["until"]) if given["until"] else None
    person = (await read(given["who"])).person
    facts = {"kind": Keep.BANNED, "until": ends, "reason": given["reason"], "by": context.by}
    await in_database(access.restrict, user_id=person.id, **facts)
    sentence = _("Banned: %(who)s, %(until)s.") % {"who": label(person), "until": until(ends)}
    await context.edit("sentence", **outcome(context, sentence, person.id))


@command(
    "mute",
    args=[WHO, Duration("for", default=HOUR, help=gettext_lazy("30m, 2h …; without it an hour")), REASON],
    help=gettext_lazy("Be silent to a person for a while"),
    role=Role.MODERATOR,
)
async def mute(_update: Update, context: Context) -> None:
    """Mute at once: it is short, and ends by itself."""
    person, ends = context.arguments["who"], ends_after(context.arguments["for"].total_seconds())
    facts = {"kind": Keep.MUTED, "until": ends, "reason": context.arguments["reason"], "by": context.by}
    await in_database(access.restrict, user_id=person.id, **facts)
    sentence = _("Muted: %(who)s, %(until)s.") % {"who": label(person), "until": until(ends)}
    await context.answer("sentence", **outcome(context, sentence, person.id))


@button("person_mute", role=Role.MODERATOR)
async def mute_from_card(_update: Update, context: Context) -> None:
    """Mute for an hour."""
    person, ends = (await read(whole(context.value))).person, ends_after(HOUR.total_seconds())
    await in_database(access.restrict, user_id=person.id, kind=Keep.MUTED, until=ends, by=context.by)
    await show(context, person.id, done=_("Muted for an hour"))


@command("unban", args=[WHO], help=gettext_lazy("End a ban or a mute"), role=Role.MODERATOR)
async def unban(_update: Update, context: Context) -> None:
    """End both."""
    person = context.arguments["who"]
    await lift(context, person.id)
    sentence = _("Served again: %(who)s.") % {"who": label(person)}
    await context.answer("sentence", **outcome(context, sentence, person.id))


@button("person_lift", role=Role.MODERATOR)
async def lift_from_card(_update: Update, context: Context) -> None:
    """End both."""
    await lift(context, whole(context.value))
    await show(context, whole(context.value), done=_("Lifted"))


async def lift(context: Context, user_id: int) -> None:
    """End a ban and a mute; raise UserError where there is none."""
    if not await in_database(access.lift, user_id=user_id, by=context.by):
        raise UserError(_("This person is neither banned nor muted."))
