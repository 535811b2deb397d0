"""Buttons with data beyond Telegram's 64 bytes: they work in their chat, for a while, and for nobody else."""

from datetime import timedelta

from django.utils import timezone
from telegram import Update as TelegramUpdate

from botcore.inbox.models import State
from botcore.models import CallbackData
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from tests.telegram import BotTestCase

LONG = "x" * 100


@command("offer")
async def offer(_update: TelegramUpdate, context: Context) -> None:
    """Show a short and two long values."""
    values = ("short", LONG, "~tilde")
    await context.answer("sentence", sentence="choose", buttons=[[callback_button(v[:5], "take", v) for v in values]])


@button("take")
async def take(_update: TelegramUpdate, context: Context) -> None:
    """Say what was chosen."""
    await context.tell(context.value)


class LongButtonTests(BotTestCase):
    """What a pressed button means."""

    features = (offer, take)

    async def test_each_value_comes_back_whole(self) -> None:
        await self.alice.says("/offer")
        for value in ("short", LONG, "~tilde"):
            self.assertEqual(await self.alice.presses(value[:5]), [value])
        self.assertEqual(await CallbackData.objects.acount(), 2)

    async def test_one_for_somebody_else_says_so_and_is_no_error(self) -> None:
        await self.alice.says("/offer")
        await CallbackData.objects.aupdate(user_id=2, chat_id=None)
        self.assertEqual(await self.alice.presses(LONG[:5]), ["This button is for somebody else."])
        self.assertEqual((await self.newest_update()).state, State.DONE)

    async def test_one_that_expired_says_so_and_is_no_error(self) -> None:
        await self.alice.says("/offer")
        await CallbackData.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
        self.assertEqual(await self.alice.presses(LONG[:5]), ["This button is too old."])
        self.assertEqual((await self.newest_update()).state, State.DONE)
