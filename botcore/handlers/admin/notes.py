"""/note: what operators tell each other of a person: the newest notes, a new one, and deleting one's own."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.access.selectors import linked_account_id
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.handlers.admin.users import WHO, read
from botcore.people import notes
from botcore.people.dossier import Noted, dossier
from botcore.people.privacy import by_person
from botcore.people.selectors import Person
from botcore.pipeline.arguments import Text
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place
from botcore.pipeline.sentences import label, outcome
from botcore.registry import button, command, confirmed
from botcore.validators import whole

WORDS = Text("words", default="", most=notes.LONGEST, help=gettext_lazy("of a new note; without them all are shown"))


@command("note", args=[WHO, WORDS], help=gettext_lazy("Notes on a person, and a new one"), role=Role.MODERATOR,
         private=True)  # fmt: skip
async def note(_update: Update, context: Context) -> None:
    """Show the notes, or keep one more."""
    person, words = context.arguments["who"], context.arguments["words"]
    noted = await noted_of(context, person.id)
    if not words:
        await context.answer("notes", **await facts(context, person, noted))
        return
    account_id = await in_database(linked_account_id, context.person.id)
    await in_database(notes.write, user_id=person.id, text=words, account_id=account_id, by=context.by)
    sentence = _("%(who)s: the note is kept.") % {"who": label(person)}
    await context.answer("sentence", **outcome(context, sentence, person.id))


@button("notes", role=Role.MODERATOR)
async def look(_update: Update, context: Context) -> None:
    """Show the notes in the place of the message."""
    await show(context, whole(context.value))


@button("note_delete", role=Role.MODERATOR)
async def delete(_update: Update, context: Context) -> None:
    """Ask first."""
    about, number = place(context.value)
    user_id, pk = whole(about), whole(number)
    found = next((one for one in (await noted_of(context, user_id)).notes if one.id == pk), None)
    if found is None:
        raise gone()
    question = f"{_('Delete this note?')}\n\n{found.text}"
    given = {"who": user_id, "note": pk}
    await context.ask("note_delete_ok", "ask", yes=_("Delete"), given=given, question=question, back=f"notes:{user_id}")


@confirmed("note_delete_ok", role=Role.MODERATOR)
async def deleted(_update: Update, context: Context) -> None:
    """Delete it, if it is one's own."""
    user_id = context.confirmed["who"]
    account_id = await in_database(linked_account_id, context.person.id)
    own = {"user_id": user_id, "pk": context.confirmed["note"], "account_id": account_id, "by": context.by}
    if not await in_database(notes.delete, **own):
        raise gone()
    await show(context, user_id, _("The note is deleted."))


async def show(context: Context, user_id: int, done: str = "") -> None:
    """Put the notes, and what was done, in the place of the message."""
    noted = await noted_of(context, user_id)
    person = (await read(user_id)).person
    await context.edit("notes", **await facts(context, person, noted), done=done)
    await context.toast(done)


async def noted_of(context: Context, user_id: int) -> Noted:
    """Return what is noted of a person; raise UserError when it is not for the operator."""
    reader = await in_database(by_person, context.person.id)
    if not reader.may_read(user_id):
        raise UserError(reader.hidden())
    noted = (await in_database(dossier, user_id, may_read=True)).noted
    return noted or Noted({}, [], more=False)


async def facts(context: Context, person: Person, noted: Noted) -> dict[str, Any]:
    """Return what the list shows, with a button for each note that is the operator's own."""
    account_id = await in_database(linked_account_id, context.person.id)
    own = [one for one in noted.notes if notes.is_own(one, account_id=account_id, by=context.by)]
    about = str(person.id)
    deletions = [
        [callback_button(_("Delete #%(note)s") % {"note": one.id}, "note_delete", f"{about}|{one.id}")] for one in own
    ]
    around = [callback_button(AGAIN, "notes", about), callback_button(_("Card"), "person", about)]
    return {"who": label(person), "noted": noted, "buttons": [*deletions, around]}


def gone() -> UserError:
    """Say that a note cannot be deleted."""
    return UserError(_("This note is not there any more, or it is somebody else's."))
