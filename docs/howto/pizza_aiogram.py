"""The same pizza bot as people write it with aiogram: a router, states, callback data, a middleware."""
# mypy: ignore-errors

import asyncio
import os

from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

BANNED: set[int] = set()
router = Router()


class Pizza(StatesGroup):
    """Where a person stands."""

    size = State()
    address = State()


class Undo(CallbackData, prefix="undo"):
    """What the button knows."""

    number: int


class NotBanned(BaseMiddleware):
    """Keep people out."""

    async def __call__(self, handler, event, data):
        """Go on for those who are let in."""
        if data["event_from_user"].id in BANNED:
            return None
        return await handler(event, data)


@router.message(Command("cancel"))
async def stop(message: Message, state: FSMContext) -> None:
    """Leave the conversation."""
    await state.set_state(None)
    await message.answer("Cancelled.")


@router.message(Command("pizza"))
async def pizza(message: Message, state: FSMContext) -> None:
    """Ask for the size."""
    await state.set_state(Pizza.size)
    await message.answer("26 or 32 cm?")


@router.message(Pizza.size, F.text.in_({"26", "32"}))
async def size(message: Message, state: FSMContext) -> None:
    """Keep the size."""
    await state.update_data(size=message.text)
    await state.set_state(Pizza.address)
    await message.answer("Where to?")


@router.message(Pizza.size)
async def wrong_size(message: Message) -> None:
    """Ask again."""
    await message.answer("Write 26 or 32.")


@router.message(Pizza.address)
async def address(message: Message, state: FSMContext) -> None:
    """Take the order."""
    data = await state.get_data()
    number = data.get("orders", 0) + 1
    await state.update_data(orders=number)
    await state.set_state(None)
    button = InlineKeyboardButton(text="Cancel it", callback_data=Undo(number=number).pack())
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    await message.answer(f"Order {number}: {data['size']} cm to {message.text}.", reply_markup=keyboard)


@router.callback_query(Undo.filter())
async def undo(query: CallbackQuery, callback_data: Undo) -> None:
    """Cancel the order of the pressed button."""
    await query.answer("Cancelled")
    await query.message.edit_text(f"Order {callback_data.number} is cancelled.")


async def main() -> None:
    """Run until it is stopped."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    dispatcher = Dispatcher()
    dispatcher.update.outer_middleware(NotBanned())
    dispatcher.include_router(router)
    await dispatcher.start_polling(Bot("1:sandbox", session=session))


if __name__ == "__main__":
    asyncio.run(main())
