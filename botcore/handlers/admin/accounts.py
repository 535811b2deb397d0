"""/link, /unlink and /dashboard: a person's staff account, and coming in to the dashboard without a password.

/link and /unlink are for everybody and stand in no menu: who is to be linked has no role yet.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update
from telegram.constants import ChatType
from telegram.ext import filters

from botcore.access import links
from botcore.access.roles import Role
from botcore.access.throttle import Pace
from botcore.alerts.telegram_message import opens
from botcore.database import in_database
from botcore.exceptions import UserError, ValidationError
from botcore.pipeline.arguments import Name
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import role_words
from botcore.registry import Order, command, confirmed, deep_link, message

GUESSES = Pace(per_minute=3, burst=3)
IN_GROUP = r"^/start(?:@\w+)? link_[A-Za-z0-9_-]{1,64}$"


CODE = Name("code", default="", help=gettext_lazy("The page Your account of the dashboard makes one"))


@command("link", args=[CODE], help=gettext_lazy("Link your staff account with this one"), pace=GUESSES, hidden=True)
async def link(_update: Update, context: Context) -> None:
    """Ask whether the account that the code is for is theirs; in a group others have read the code."""
    if not context.arguments["code"]:
        raise UserError(_("Write your code behind /link. The page Your account of the dashboard makes one."))
    is_private = context.message.chat.type == ChatType.PRIVATE
    await (_ask if is_private else _spoil)(context, context.arguments["code"])


@deep_link("link", pace=GUESSES)
async def link_by_address(_update: Update, context: Context) -> None:
    """Do the same for who came by t.me/<bot>?start=link_CODE."""
    await _ask(context, context.value)


@message(filters.Regex(IN_GROUP) & filters.ChatType.GROUPS, order=Order.LINK)
async def link_in_group(_update: Update, context: Context) -> None:
    """Let such a code be good for nothing where others have read it."""
    await _spoil(context, (context.message.text or "").rpartition("_")[2])


@confirmed("link_ok", role=Role.MEMBER)
async def linked(_update: Update, context: Context) -> None:
    """Link the person with the account."""
    facts = {"user_id": context.person.id, "code_id": context.confirmed["code"]}
    await context.edit("linked", account=await in_database(links.link, **facts, by=context.by))


@command("unlink", args=[], help=gettext_lazy("End the link with your staff account"), private=True, hidden=True)
async def unlink(_update: Update, context: Context) -> None:
    """Ask first."""
    name = await in_database(links.account_name, context.person.id)
    question = _("Unlink the staff account %(account)s? You have no role here then.") % {"account": name}
    await context.ask("unlink_ok", "ask", yes=_("Unlink"), given={}, question=question)


@confirmed("unlink_ok", role=Role.MEMBER)
async def unlinked(_update: Update, context: Context) -> None:
    """Take them apart."""
    done = await in_database(links.unlink_person, user_id=context.person.id, by=context.by)
    await context.edit("sentence", sentence=_("Unlinked.") if done else _("You are not linked any more."))


@command("dashboard", args=[], help=gettext_lazy("Log in to the dashboard"), role=Role.SUPPORT, private=True)
async def dashboard(_update: Update, context: Context) -> None:
    """Send a link that logs in once."""
    address = await in_database(links.login_address, user_id=context.person.id)
    buttons = [[InlineKeyboardButton(_("Log in"), url=address)]] if opens() else []
    await context.answer("login_link", address=address, opens=opens(), buttons=buttons)


async def _ask(context: Context, secret: str) -> None:
    """Ask first: who has sent the code may be somebody else, whose account would get in by this person's name."""
    offer = await in_database(links.offer, user_id=context.person.id, secret=secret)
    roles = {"before": offer.before, "after": offer.after, "theirs": offer.account_role}
    words = {"account": offer.account, **{name: role_words(role) for name, role in roles.items()}}
    await context.ask("link_ok", "link", yes=_("Link"), given={"code": offer.code_id}, **words)


async def _spoil(context: Context, secret: str) -> None:
    await in_database(links.spoil, secret=secret)
    raise ValidationError(_("Not here, where others read the code: make a new one, and write to me in private."))
