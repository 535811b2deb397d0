"""/remindme 2h tea: a message that is sent later, also after a restart; its button puts it off."""

from datetime import timedelta

from django.utils import timezone
from telegram import Update

from botcore.database import in_database
from botcore.outbox.content import Button
from botcore.outbox.models import Priority
from botcore.outbox.services import send
from botcore.pipeline.arguments import Duration, Text
from botcore.pipeline.context import Context
from botcore.registry import button, command

IN = Duration("in", least=timedelta(minutes=1), most=timedelta(days=365), help="When, such as 90m, 2h or 7d")
WHAT = Text("what", help="What you want to be reminded of")
LATER = timedelta(minutes=10)


def queue(*, chat_id: int, what: str, wait: timedelta, update_pk: int) -> None:
    """Queue the message, once for the update that asked for it."""
    send(
        chat_id=chat_id,
        text=what,
        buttons=[[Button("In 10 minutes again", data="remind_again:")]],
        due_at=timezone.now() + wait,
        priority=Priority.REPLY,
        update_pk=update_pk,
        source="reminder",
        key=f"reminder:{update_pk}",
    )


@command("remindme", args=[IN, WHAT], help="Remind me of something", private=True)
async def remind(_update: Update, context: Context) -> None:
    """Queue the reminder and say so."""
    wait, what = context.arguments["in"], f"⏰ {context.arguments['what']}"
    await in_database(queue, chat_id=context.message.chat.id, what=what, wait=wait, update_pk=context.update_pk)
    await context.tell("You will be reminded.")


@button("remind_again")
async def again(_update: Update, context: Context) -> None:
    """Queue the text of the message that the button stands under."""
    sent = context.message
    await in_database(queue, chat_id=sent.chat.id, what=sent.text or "⏰", wait=LATER, update_pk=context.update_pk)
    await context.edit("sentence", sentence=f"{sent.text} (put off)")
