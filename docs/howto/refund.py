"""/refund @name 50 broken: for admins only, asked first, done once, and told to the person."""

from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.outbox.services import send
from botcore.pipeline.arguments import Integer, Person, Text
from botcore.pipeline.context import Context
from botcore.registry import command, confirmed

ARGUMENTS = [Person("who"), Integer("stars", least=1, most=1000), Text("why")]


@command("refund", args=ARGUMENTS, help="Give Stars back", role=Role.ADMIN, private=True)
async def refund(_update: Update, context: Context) -> None:
    """Ask first; what is confirmed lies in the database, the button carries a random key only."""
    who, stars, why = (context.arguments[name] for name in ("who", "stars", "why"))
    question = f"Give {who.name} {stars} Stars back?"
    await context.ask(
        "refund_ok", "sentence", yes="Refund", given={"who": who.id, "stars": stars, "why": why}, sentence=question
    )


@confirmed("refund_ok", role=Role.ADMIN)
async def refunded(_update: Update, context: Context) -> None:
    """Tell the person; the key makes it once, whatever is tried again."""
    given = context.confirmed
    words = f"{given['stars']} Stars come back to you: {given['why']}"
    await in_database(send, chat_id=given["who"], text=words, source="refund", key=f"refund:{context.update_pk}")
    await context.edit("sentence", sentence="Done.")
