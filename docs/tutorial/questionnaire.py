"""/survey: three questions in a row; the answers come to the operators as feedback, once. /cancel ends it anywhere."""

from django.utils import timezone
from telegram import Update

from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.feedback import services as feedback
from botcore.feedback.services import Note
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command, conversation
from botcore.validators import integer, one_of, text

STARS = ("1", "2", "3", "4", "5")


@command("survey", args=[], help="Three short questions", private=True)
async def begin(_update: Update, context: Context) -> None:
    """Ask the first question."""
    context.conversation.start("survey", step="town")
    await context.tell("Where do you live?")


@conversation("survey", step="town")
async def town(_update: Update, context: Context) -> None:
    """Keep the town and ask the second question; what is wrong leaves the person where they are."""
    context.conversation.answers["town"] = text(context.message.text or "", most=80, lines=False)
    context.conversation.go("age")
    await context.tell("How old are you?")


@conversation("survey", step="age")
async def age(_update: Update, context: Context) -> None:
    """Keep the number and ask the third question, by buttons."""
    context.conversation.answers["age"] = integer(context.message.text or "", least=1, most=130)
    context.conversation.go("stars")
    buttons = [[callback_button(stars, "survey_stars", stars) for stars in STARS]]
    await context.answer("sentence", sentence="How do you like this bot?", buttons=buttons)


@button("survey_stars")
async def finish(_update: Update, context: Context) -> None:
    """Take the press of who stands at this question; the buttons of an earlier survey do nothing."""
    if context.conversation.at != ("survey", "stars"):
        raise UserError("This survey is over. /survey begins a new one.")
    given, sent = context.conversation.answers, context.message
    words = f"Survey: lives in {given['town']}, is {given['age']}, gives {one_of(context.value, STARS)} of 5"
    where = (context.update_pk, context.person.id, sent.chat.id, sent.message_id)
    await in_database(feedback.keep, Note(*where, "text", words, timezone.now(), unread=True))
    context.conversation.end()
    await context.edit("sentence", sentence="Thank you!")
