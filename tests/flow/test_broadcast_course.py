"""What a broadcast has beside its words, in the chat: buttons, hours of people's days and payment."""

import json

from botcore.broadcasts.models import Broadcast
from botcore.database import in_database
from botcore.runtime import settings
from tests.flow.broadcasts import BroadcastFlowCase


class CourseTests(BroadcastFlowCase):
    """Alice is an owner; Bob and Charlie have written to the bot, too."""

    async def test_buttons_are_the_next_message_and_are_tested_and_sent(self) -> None:
        await self.drafts()
        await self.alice.presses("Buttons…")
        await self.alice.says("Shop")
        self.assertIn("Write each button on a line of its own", self.alice.sees)
        await self.alice.says("Shop | https://example.com\nNews | https://example.org")
        self.assertIn("Buttons: Shop | https://example.com", self.alice.sees)
        self.assertIn("What it says now was not tested", self.alice.sees)
        await self.alice.presses("With a button to stop")
        self.assertIn("With a button for those who want no more messages.", self.alice.sees)
        await self.alice.presses("Test to me")
        await self.send()
        self.assertEqual(self.alice.buttons, ["Shop", "News", "No more of these messages"])
        pk = (await self.row()).pk
        await self.alice.says("/broadcast")
        await self.alice.presses("1")
        await self.alice.presses("Start…")
        await self.alice.presses("Send")
        await self.finish()
        self.assertEqual(self.charlie.buttons, ["Shop", "News", "No more of these messages"])
        self.assertEqual((await Broadcast.objects.aget(pk=pk)).sent, 3)

    async def test_buttons_are_taken_away_again(self) -> None:
        await self.drafts()
        for typed in ("Shop | https://example.com", "off"):
            await self.alice.presses("Buttons…")
            await self.alice.says(typed)
        await self.alice.presses("With a button to stop")
        await self.alice.presses("Without the button to stop")
        row = await self.row()
        self.assertEqual((row.has_stop, "reply_markup" in json.loads(row.payload)), (False, False))

    async def test_hours_are_the_next_message(self) -> None:
        await self.drafts()
        await self.alice.presses("Hours…")
        await self.alice.says("soon")
        self.assertIn("Write two times of the day", self.alice.sees)
        await self.alice.says("10:00-20:00")
        self.assertIn("At 10:00-20:00 of each person's own day.", self.alice.sees)
        self.assertEqual((await self.row()).hours, "10:00-20:00")

    async def test_paying_is_offered_where_it_is_allowed_and_said_before_the_start(self) -> None:
        await self.drafts()
        self.assertNotIn("Pay for speed", self.alice.buttons)
        await in_database(settings.change, "broadcasts.paid_per_second", "500", by="")
        await self.alice.presses("↻")
        await self.alice.presses("Pay for speed")
        self.assertIn("Paid for: at most 1 Star, about 1 at 500 messages a second.", self.alice.sees)
        await self.alice.presses("Start…")
        self.assertIn("You pay at most 1 Star for it", self.alice.sees)
        await self.alice.presses("Send")
        await self.finish()
        row = await self.row()
        self.assertEqual((row.state, row.stars, row.sent), ("done", 1, 3))
        self.assertEqual(self.world.stats.to_json()["paid"], 3)

    async def test_without_stars_it_pauses_and_goes_on_when_there_are_some(self) -> None:
        await self.drafts()
        await in_database(settings.change, "broadcasts.paid_per_second", "500", by="")
        await self.alice.presses("↻")
        await self.alice.presses("Pay for speed")
        await self.alice.presses("Start…")
        self.world.purse.fill(9_999)
        await self.alice.presses("Send")
        await self.finish()
        row = await self.row()
        self.assertEqual((row.state, row.sent, row.failed), ("paused", 0, 0))
        self.assertIn("the bot's Stars do not suffice", row.why)
        self.world.purse.fill(10_000)
        await self.alice.says("/broadcast")
        await self.alice.presses("1")
        await self.alice.presses("Resume")
        await self.finish()
        row = await self.row()
        self.assertEqual((row.state, row.sent), ("done", 3))

    async def test_a_time_is_written_with_a_yes_to_the_price(self) -> None:
        await self.drafts()
        await in_database(settings.change, "broadcasts.paid_per_second", "500", by="")
        await self.alice.presses("↻")
        await self.alice.presses("Pay for speed")
        await self.alice.presses("At a time…")
        self.assertIn("You pay at most 1 Star for it", self.alice.sees)
        await self.alice.says("23:59")
        row = await self.row()
        self.assertEqual((row.state, row.stars), ("scheduled", 1))
