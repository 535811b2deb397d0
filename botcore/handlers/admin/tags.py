"""/tag and /untag: words on people, to find them and others like them again."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import WHO
from botcore.people import tags
from botcore.pipeline.arguments import Argument
from botcore.pipeline.context import Context
from botcore.pipeline.sentences import label, outcome
from botcore.registry import command


class Tag(Argument):
    """A tag, as it is kept."""

    def read(self, word: str) -> str:
        """Return it in lower case, without its #."""
        return tags.tag_name(word)


NAME = Tag("name", help=gettext_lazy("one word, such as vip"))


@command("tag", args=[WHO, NAME], help=gettext_lazy("Put a tag on a person"), role=Role.MODERATOR, private=True)
async def tag(_update: Update, context: Context) -> None:
    """Put it on."""
    person, name = context.arguments["who"], context.arguments["name"]
    if not await in_database(tags.tag, user_id=person.id, name=name, by=context.by):
        raise UserError(_("This person has that tag."))
    sentence = _("%(who)s has the tag #%(tag)s now.") % {"who": label(person), "tag": name}
    await context.answer("sentence", **outcome(context, sentence, person.id))


@command("untag", args=[WHO, NAME], help=gettext_lazy("Take a tag off a person"), role=Role.MODERATOR, private=True)
async def untag(_update: Update, context: Context) -> None:
    """Take it off."""
    person, name = context.arguments["who"], context.arguments["name"]
    if not await in_database(tags.untag, user_id=person.id, name=name, by=context.by):
        raise UserError(_("This person does not have that tag."))
    sentence = _("%(who)s does not have the tag #%(tag)s any more.") % {"who": label(person), "tag": name}
    await context.answer("sentence", **outcome(context, sentence, person.id))
