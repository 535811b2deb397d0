"""/forget: have the bot forget a person; what that is, and how it is done, is in botcore/erasure/."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.erasure import services
from botcore.handlers.admin.users import WHO
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import label
from botcore.registry import command, confirmed


@command("forget", args=[WHO], help=gettext_lazy("Erase all that is kept of a person"), role=Role.ADMIN, private=True)
async def forget(_update: Update, context: Context) -> None:
    """Ask first; of staff say what is to be done before."""
    person = context.arguments["who"]
    await in_database(services.check_may_go, person.id)
    question = _(
        "Forget %(who)s? All that is kept of this person goes for good: messages, feedback, tags, bans, settings."
    ) % {"who": label(person)}
    await context.ask("forget_ok", "ask", yes=_("Forget"), given={"who": person.id}, question=question)


@confirmed("forget_ok", role=Role.ADMIN)
async def forgotten(_update: Update, context: Context) -> None:
    """Have it done, and say so in the question's place."""
    await in_database(services.ask, user_id=context.confirmed["who"], by=context.by)
    await context.edit("sentence", sentence=_("This person is forgotten within a few minutes."))
