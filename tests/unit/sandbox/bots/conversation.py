"""A bot that asks one thing after another and can be told to stop."""

# As people write them: what cannot be None is not asked for.
# mypy: disable-error-code="union-attr, index"

import os

from telegram import ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import Application, CommandHandler, ContextTypes, ConversationHandler, MessageHandler, filters

COLOR, PLACE = range(2)
TEXT = filters.TEXT & ~filters.COMMAND


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for a color, with buttons under the text field."""
    markup = ReplyKeyboardMarkup([["Red", "Blue"]], one_time_keyboard=True, input_field_placeholder="Red or blue?")
    await update.message.reply_text("Which color? /cancel ends this.", reply_markup=markup)
    return COLOR


async def color(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Remember the color and ask for a place."""
    context.user_data["color"] = update.message.text
    await update.message.reply_text("And where do you live?", reply_markup=ReplyKeyboardRemove())
    return PLACE


async def place(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Say what was heard."""
    await update.message.reply_text(f"{context.user_data['color']} in {update.message.text}. Thank you!")
    return ConversationHandler.END


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Stop asking."""
    await update.message.reply_text("Bye!", reply_markup=ReplyKeyboardRemove())
    return ConversationHandler.END


def main() -> None:
    """Run until it is stopped."""
    address = os.environ["TELEGRAM_API_URL"]
    application = Application.builder().token("1:sandbox").base_url(f"{address}/bot").build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={COLOR: [MessageHandler(TEXT, color)], PLACE: [MessageHandler(TEXT, place)]},
            fallbacks=[CommandHandler("cancel", cancel)],
        )
    )
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
