"""The test kit itself: what people do and see, faults, and time that passes."""

import re

from telegram import Bot
from telegram.error import TelegramError

from botcore.outbox.models import OutgoingMessage
from tests import tutorial
from tests.telegram import BotTestCase

REMINDER = tutorial.load("reminder")


class PeopleTests(BotTestCase):
    """What a person of the kit can do."""

    async def test_they_see_what_the_bot_says(self) -> None:
        await self.alice.says("/start")
        self.alice.sees("Hello")
        self.assertEqual(self.alice.sees, self.alice.answers[-1])
        with self.assertRaisesRegex(AssertionError, "'Goodbye' is not in"):
            self.alice.sees("Goodbye")

    async def test_who_presses_or_pays_what_is_not_there_is_told_what_is(self) -> None:
        await self.alice.says("/settings")
        there = re.escape(str(self.alice.buttons))
        with self.assertRaisesRegex(AssertionError, f"no button 'Maybe' in this chat, but {there}"):
            await self.alice.presses("Maybe")
        with self.assertRaisesRegex(AssertionError, "no invoice"):
            await self.alice.pays()

    async def test_they_send_photos_join_and_block(self) -> None:
        await self.charlie.says("/start")
        post = await self.charlie.sends_photo("Look")
        self.assertEqual((await self.newest_update()).kind, "message")
        self.assertEqual(post.to_json()["caption"], "Look")
        await self.person_in_group(3).joins()
        self.assertIn("new_chat_members", (await self.newest_update()).raw)
        await self.charlie.blocks()
        self.assertEqual((await self.newest_update()).kind, "my_chat_member")
        await self.charlie.unblocks()
        await self.charlie.says("/start")
        self.charlie.sees("Hello")

    async def test_faults_reach_the_bot(self) -> None:
        bot = Bot("1:sandbox", request=self.telegram, get_updates_request=self.telegram)  # Botdeck's tries again
        for kind in ("cut", "bad_gateway", "empty", "cut_json"):
            self.faults.add(kind=kind, method="getMe", count=1)
            with self.subTest(kind), self.assertRaises(TelegramError):
                await bot.get_me()


class TimeTests(BotTestCase):
    """What passes(…) does."""

    features = tutorial.features_of(REMINDER)

    async def test_a_reminder_comes_when_its_time_has_come(self) -> None:
        await self.charlie.says("/remindme 2h drink tea")
        await self.passes(hours=1, minutes=50)
        self.charlie.sees("You will be reminded.")
        await self.passes(minutes=11)
        self.charlie.sees("drink tea")
        self.assertEqual([row.state async for row in OutgoingMessage.objects.filter(source="reminder")], ["sent"])

    async def test_the_sandbox_clock_goes_along(self) -> None:
        before = self.clock.now()
        await self.passes(days=1)
        self.assertEqual(self.clock.now() - before, 86_400)
