"""/tip 50: an invoice in Telegram Stars, the question before the money moves, and the thanks when it has."""

from telegram import Update

from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.outbox.models import Priority
from botcore.outbox.services import send
from botcore.pipeline.arguments import Integer
from botcore.pipeline.context import Context
from botcore.registry import checkout, command, paid

STARS = Integer("stars", default=50, least=1, most=1000, help="How many Stars")


@command("tip", args=[STARS], help="Leave a tip", private=True)
async def tip(_update: Update, context: Context) -> None:
    """Send the invoice; its value comes back with the question and with the money."""
    stars = context.arguments["stars"]
    await context.invoice("tip", str(stars), title="A tip", description="For the people who run this bot", stars=stars)


@checkout("tip")
async def may_be_paid(_update: Update, context: Context) -> None:
    """Say yes within 10 s: no calls of other servers here; what is raised here ends the payment with its words."""
    if context.value != str(context.checkout.total_amount):
        raise UserError("This invoice is out of date. /tip makes a new one.")
    await context.approve()


@paid("tip")
async def thank(_update: Update, context: Context) -> None:
    """Thank once, whatever is tried again: the charge is the key."""
    await in_database(
        send,
        chat_id=context.message.chat.id,
        text=f"Thank you for {context.value} Stars!",
        priority=Priority.REPLY,
        update_pk=context.update_pk,
        source="payment",
        key=f"paid:{context.payment.telegram_payment_charge_id}",
    )
