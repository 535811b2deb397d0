"""The tutorial's reminder: queued for later, once, and put off by its button."""

import json
from datetime import timedelta

from django.utils import timezone

from botcore.database import in_database
from botcore.inbox import replay
from botcore.inbox.models import State
from botcore.inbox.selection import Selection
from botcore.outbox.models import OutgoingMessage
from tests import tutorial
from tests.telegram import BotTestCase

REMINDER = tutorial.load("reminder")


class ReminderTests(BotTestCase):
    """What /remindme does."""

    features = tutorial.features_of(REMINDER)

    async def reminders(self) -> list[OutgoingMessage]:
        """Return what is queued, oldest first."""
        return [row async for row in OutgoingMessage.objects.filter(source="reminder").order_by("pk")]

    async def test_it_waits_for_its_time(self) -> None:
        await self.charlie.says("/remindme 2h drink tea")
        self.assertEqual(self.charlie.sees, "You will be reminded.")
        (row,) = await self.reminders()
        self.assertEqual((row.chat_id, json.loads(row.payload)["text"]), (3, "⏰ drink tea"))
        self.assertLess(abs(row.due_at - timezone.now() - timedelta(hours=2)), timedelta(minutes=5))

    async def test_an_update_that_is_sent_through_again_queues_nothing_more(self) -> None:
        await self.charlie.says("/remindme 2h drink tea")
        await in_database(replay.replay, Selection(states=(State.DONE,)), by="alice")
        await self.handle()
        self.assertEqual(len(await self.reminders()), 1)

    async def test_a_time_that_is_none_is_refused_with_the_usage(self) -> None:
        await self.charlie.says("/remindme soon tea")
        self.assertIn("/remindme", self.charlie.sees)
        self.assertEqual(await self.reminders(), [])

    async def test_its_button_puts_it_off(self) -> None:
        application = await self.bot()
        keyboard = {"inline_keyboard": [[{"text": "In 10 minutes again", "callback_data": "remind_again:"}]]}
        await application.bot.send_message(3, "⏰ drink tea", api_kwargs={"reply_markup": keyboard})
        await self.charlie.presses("In 10 minutes again")
        self.assertEqual(self.charlie.sees, "⏰ drink tea (put off)")
        (row,) = await self.reminders()
        self.assertEqual(json.loads(row.payload)["text"], "⏰ drink tea")
        self.assertLess(abs(row.due_at - timezone.now() - timedelta(minutes=10)), timedelta(minutes=5))
