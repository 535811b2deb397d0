"""Features that show that everything goes on, and that fail in ways of their own."""

from telegram import Update

from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.outbox import services as outbox
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command

LONG = "x" * 100  # more than the 64 bytes of a button


@command("probe")
async def probe(_update: Update, context: Context) -> None:
    """Answer at once, and once more through the outbox."""
    await in_database(outbox.send, chat_id=context.message.chat.id, text="by the outbox", update_pk=context.update_pk)
    await context.answer("sentence", sentence="at once")


@command("fails")
async def fails(_update: Update, _context: Context) -> None:
    """Fail each time."""
    raise LookupError("a feature's own bug")


@command("novel")
async def novel(_update: Update, context: Context) -> None:
    """Fail in a way that nobody has seen before."""
    raise type(f"Novel{context.update_pk}", (Exception,), {})


@command("wrong")
async def wrong(_update: Update, _context: Context) -> None:
    """Refuse what the person wrote."""
    raise UserError("This is wrong.")


@command("remember")
async def remember(_update: Update, context: Context) -> None:
    """Change what is remembered of the person."""
    context.user_data["times"] = int(context.user_data.get("times", 0)) + 1
    await context.answer("sentence", sentence=f"{context.user_data['times']} times")


@command("long")
async def long_button(_update: Update, context: Context) -> None:
    """Show a button whose data are kept in a row."""
    await context.answer("sentence", sentence="a button", buttons=[[callback_button("Press", "pressed", LONG)]])


@button("pressed")
async def pressed(_update: Update, context: Context) -> None:
    """Say how long the value is."""
    await context.toast(f"{len(context.value)} characters")
