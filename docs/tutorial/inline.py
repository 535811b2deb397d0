"""@your_bot thanks: phrases that people look up while they type, in any chat, and send as their own message.

Inline queries must be switched on for the bot: /setinline in a chat with @BotFather.
"""

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update

from botcore.exceptions import UserError
from botcore.pipeline.context import Context
from botcore.registry import inline

PHRASES = {
    "bye": ("Goodbye", "Auf Wiedersehen!"),
    "hello": ("Hello", "Guten Tag!"),
    "please": ("Please", "Bitte."),
    "thanks": ("Thank you", "Vielen Dank!"),
}
KEPT_SECONDS = 3600  # for so long Telegram answers the same question itself


@inline()
async def find(_update: Update, context: Context) -> None:
    """Offer what has the words in it; all of it before the first letter."""
    asked = context.inline.query.strip().casefold()
    found = [
        InlineQueryResultArticle(name, title, InputTextMessageContent(words), description=words)
        for name, (title, words) in PHRASES.items()
        if asked in title.casefold() or asked in words.casefold()
    ]
    if not found:
        raise UserError("There is no such phrase. Press here to suggest it.")
    await context.inline.answer(found, cache_time=KEPT_SECONDS)
