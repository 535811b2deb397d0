"""The first step of a move: handlers of python-telegram-bot as they are, given to Botdeck with add()."""

# As people write them: what cannot be None is not asked for.
# mypy: disable-error-code="union-attr, index"

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from botcore.pipeline.context import Context
from botcore.registry import Order, add


async def pizza(update: Update, context: Context) -> None:
    """Take an order: `/pizza 32`."""
    number = context.user_data["orders"] = context.user_data.get("orders", 0) + 1
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Cancel it", callback_data=f"undo:{number}")]])
    await update.message.reply_text(f"Order {number}: {' '.join(context.args or ['26'])} cm.", reply_markup=keyboard)


async def undo(update: Update, _context: Context) -> None:
    """Cancel the order of the pressed button."""
    await update.callback_query.answer("Cancelled")
    await update.callback_query.edit_message_text(f"Order {update.callback_query.data.partition(':')[2]} is cancelled.")


pizza_command = add(
    CommandHandler("pizza", pizza), name="pizza.pizza", order=Order.COMMAND, command="pizza", help="Order a pizza"
)
undo_button = add(CallbackQueryHandler(undo, pattern="^undo:"), name="pizza.undo", order=Order.BUTTON)
