"""/link, /unlink and /dashboard: a person's staff account, and coming in to the dashboard without a password.

/link and /unlink are for everybody and stand in no menu: who is to be linked has no role yet.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update
from telegram.constants import ChatType

from botcore.access import links
from botcore.access.roles import Role
from botcore.access.throttle import Pace
from botcore.alerts.telegram_message import opens
from botcore.database import in_database
from botcore.exceptions import UserError, ValidationError
from botcore.handlers.admin.errors import who
from botcore.pipeline.arguments import Name
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed, deep_link

GUESSES = Pace(per_minute=3, burst=3)


CODE = Name("code", default="", help=gettext_lazy("The page Your account of the dashboard makes one"))


@command("link", args=[CODE], help=gettext_lazy("Link your staff account with this one"), pace=GUESSES, hidden=True)
async def link(_update: Update, context: Context) -> None:
    """Link the person with the account that the code is for; in a group others have read the code."""
    if not context.arguments["code"]:
        raise UserError(_("Write your code behind /link. The page Your account of the dashboard makes one."))
    if context.message.chat.type == ChatType.PRIVATE:
        await _link(context, context.arguments["code"])
        return
    await in_database(links.spoil, secret=context.arguments["code"])
    raise ValidationError(_("Not here, where others read the code: make a new one, and write to me in private."))


@deep_link("link", pace=GUESSES)
async def link_by_address(_update: Update, context: Context) -> None:
    """Do the same for who came by t.me/<bot>?start=link_CODE."""
    await _link(context, context.value)


@command("unlink", args=[], help=gettext_lazy("End the link with your staff account"), private=True, hidden=True)
async def unlink(_update: Update, context: Context) -> None:
    """Ask first."""
    name = await in_database(links.account_name, context.person.id)
    question = _("Unlink the staff account %(account)s? You have no role here then.") % {"account": name}
    await context.ask("unlink_ok", "ask", yes=_("Unlink"), given={}, question=question)


@confirmed("unlink_ok", role=Role.MEMBER)
async def unlinked(_update: Update, context: Context) -> None:
    """Take them apart."""
    done = await in_database(links.unlink_person, user_id=context.person.id, by=who(context))
    await context.edit("sentence", sentence=_("Unlinked.") if done else _("You are not linked any more."))


@command("dashboard", args=[], help=gettext_lazy("Log in to the dashboard"), role=Role.SUPPORT, private=True)
async def dashboard(_update: Update, context: Context) -> None:
    """Send a link that logs in once."""
    address = await in_database(links.login_address, user_id=context.person.id)
    buttons = [[InlineKeyboardButton(_("Log in"), url=address)]] if opens() else []
    await context.answer("login_link", address=address, opens=opens(), buttons=buttons)


async def _link(context: Context, secret: str) -> None:
    name = await in_database(links.link, user_id=context.person.id, secret=secret, by=who(context))
    await context.answer("linked", account=name)
