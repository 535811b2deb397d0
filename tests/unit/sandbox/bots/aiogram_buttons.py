"""The same as inline_keyboard.py with aiogram."""
# mypy: ignore-errors

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

dispatcher = Dispatcher()


@dispatcher.message(CommandStart())
async def start(message: Message) -> None:
    """Show the buttons."""
    row = [InlineKeyboardButton(text=f"Option {number}", callback_data=str(number)) for number in (1, 2)]
    await message.answer("Please choose:", reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]))


@dispatcher.callback_query(F.data)
async def button(query: CallbackQuery) -> None:
    """Stop the button's spinner and change the text."""
    await query.answer()
    assert isinstance(query.message, Message)
    await query.message.edit_text(f"Selected option: {query.data}")


@dispatcher.message(F.text)
async def echo(message: Message) -> None:
    """Answer with the same text."""
    await message.answer(message.text or "")


async def main() -> None:
    """Run until it is stopped."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    await dispatcher.start_polling(Bot("1:sandbox", session=session))


if __name__ == "__main__":
    asyncio.run(main())
