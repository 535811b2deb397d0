"""/attribute and /unattribute: what operators and handlers know of a person, such as plan: pro."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.notes import noted_of
from botcore.handlers.admin.users import WHO
from botcore.people import attributes
from botcore.pipeline.arguments import Argument, Text
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import label, outcome
from botcore.registry import command


class Attribute(Argument):
    """The name of an attribute, as it is kept."""

    def read(self, word: str) -> str:
        """Return it in lower case."""
        return attributes.attribute_name(word)


NAME = Attribute("name", help=gettext_lazy("one word, such as plan"))
PERHAPS = Attribute("name", default="", help=gettext_lazy("one word, such as plan; without it all are shown"))
VALUE = Text("value", default="", most=attributes.LONGEST, help=gettext_lazy("what it is set to, such as pro"))


@command("attribute", args=[WHO, PERHAPS, VALUE], help=gettext_lazy("Attributes of a person, and setting one"),
         role=Role.MODERATOR, private=True)  # fmt: skip
async def attribute(_update: Update, context: Context) -> None:
    """Show them, or set one."""
    person, name, value = (context.arguments[one] for one in ("who", "name", "value"))
    noted = await noted_of(context, person.id)
    if not name:
        await context.answer("attributes", who=label(person), attributes=noted.attributes)
        return
    if not value:
        raise UserError(_("Write behind the name what it is set to."))
    if not await in_database(attributes.put, user_id=person.id, name=name, value=value, by=context.by):
        raise UserError(_("The attribute was so already."))
    sentence = _("%(who)s: the attribute %(name)s is set.") % {"who": label(person), "name": name}
    await context.answer("sentence", **outcome(context, sentence, person.id))


@command("unattribute", args=[WHO, NAME], help=gettext_lazy("Take an attribute away from a person"),
         role=Role.MODERATOR, private=True)  # fmt: skip
async def unattribute(_update: Update, context: Context) -> None:
    """Take it away."""
    person, name = context.arguments["who"], context.arguments["name"]
    await noted_of(context, person.id)
    if not await in_database(attributes.drop, user_id=person.id, name=name, by=context.by):
        raise UserError(_("This person does not have that attribute."))
    sentence = _("%(who)s: the attribute %(name)s is gone.") % {"who": label(person), "name": name}
    await context.answer("sentence", **outcome(context, sentence, person.id))
