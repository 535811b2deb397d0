"""A pizza bot as people write it with python-telegram-bot: a conversation, a button, a count for each person."""

# As people write them: what cannot be None is not asked for.
# mypy: disable-error-code="union-attr, index, operator"

import os

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

SIZE, ADDRESS = range(2)
TEXT = filters.TEXT & ~filters.COMMAND


async def pizza(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for the size."""
    await update.message.reply_text("26 or 32 cm?")
    return SIZE


async def size(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the size, or ask again."""
    if update.message.text not in ("26", "32"):
        await update.message.reply_text("Write 26 or 32.")
        return SIZE
    context.user_data["size"] = update.message.text
    await update.message.reply_text("Where to?")
    return ADDRESS


async def address(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Take the order."""
    number = context.user_data["orders"] = context.user_data.get("orders", 0) + 1
    words = f"Order {number}: {context.user_data['size']} cm to {update.message.text}."
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Cancel it", callback_data=f"undo:{number}")]])
    await update.message.reply_text(words, reply_markup=keyboard)
    return ConversationHandler.END


async def undo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Cancel the order of the pressed button."""
    await update.callback_query.answer("Cancelled")
    await update.callback_query.edit_message_text(f"Order {update.callback_query.data.partition(':')[2]} is cancelled.")


async def stop(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
    """Leave the conversation."""
    await update.message.reply_text("Cancelled.")
    return ConversationHandler.END


def main() -> None:
    """Run until it is stopped."""
    server = os.environ["TELEGRAM_API_URL"]
    persistence = PicklePersistence("pizza.pickle")
    application = Application.builder().token("1:sandbox").base_url(f"{server}/bot").persistence(persistence).build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("pizza", pizza)],
            states={SIZE: [MessageHandler(TEXT, size)], ADDRESS: [MessageHandler(TEXT, address)]},
            fallbacks=[CommandHandler("cancel", stop)],
            name="pizza",
            persistent=True,
        )
    )
    application.add_handler(CallbackQueryHandler(undo, pattern="^undo:"))
    application.run_polling()


if __name__ == "__main__":
    main()
