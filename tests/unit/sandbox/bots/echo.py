"""A bot that answers every text with the same text, as in python-telegram-bot's introduction."""

# As people write them: what cannot be None is not asked for.
# mypy: disable-error-code="union-attr, arg-type"

import os

from telegram import ForceReply, Update
from telegram.ext import Application, CommandHandler, ContextTypes, MessageHandler, filters


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Greet with a mention."""
    greeting = rf"Hi {update.effective_user.mention_html()}!"
    await update.message.reply_html(greeting, reply_markup=ForceReply(selective=True))


async def help_command(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say a word."""
    await update.message.reply_text("Help!")


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer with the same text."""
    await update.message.reply_text(update.message.text)


def main() -> None:
    """Run until it is stopped."""
    address = os.environ["TELEGRAM_API_URL"]
    application = Application.builder().token("1:sandbox").base_url(f"{address}/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CommandHandler("help", help_command))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
