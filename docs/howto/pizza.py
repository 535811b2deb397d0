"""The pizza bot as a feature: no main(), no persistence, no middleware; copy it to botcore/handlers/."""

from telegram import Update

from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command, conversation
from botcore.validators import choice, text

SIZES = ("26", "32")


@command("pizza", args=[], help="Order a pizza", private=True)
async def pizza(_update: Update, context: Context) -> None:
    """Ask for the size."""
    context.conversation.start("pizza", step="size")
    await context.tell("26 or 32 cm?")


@conversation("pizza", step="size")
async def size(_update: Update, context: Context) -> None:
    """Keep the size; another word is answered with a sentence, and the person stays at this step."""
    context.conversation.answers["size"] = choice(context.message.text or "", SIZES)
    context.conversation.go("address")
    await context.tell("Where to?")


@conversation("pizza", step="address")
async def address(_update: Update, context: Context) -> None:
    """Take the order."""
    where = text(context.message.text or "", most=200, lines=False)
    number = context.user_data["orders"] = context.user_data.get("orders", 0) + 1
    words = f"Order {number}: {context.conversation.answers['size']} cm to {where}."
    context.conversation.end()
    await context.answer("sentence", sentence=words, buttons=[[callback_button("Cancel it", "undo", str(number))]])


@button("undo")
async def undo(_update: Update, context: Context) -> None:
    """Cancel the order of the pressed button."""
    await context.edit("sentence", sentence=f"Order {context.value} is cancelled.")
    await context.toast("Cancelled")
