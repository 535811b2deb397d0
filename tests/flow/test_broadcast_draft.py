"""What comes before a broadcast, in the chat: a test, another text, a time, and back to a draft."""

from datetime import timedelta

from django.utils import timezone

from botcore.broadcasts import drafts
from botcore.broadcasts.models import BroadcastState
from botcore.database import in_database
from botcore.outbox.content import Text
from tests.flow.broadcasts import BroadcastFlowCase
from tests.flow.people import ALICE


class DraftTests(BroadcastFlowCase):
    """Alice is an owner; Bob and Charlie have written to the bot, too."""

    async def from_the_page(self, text: str) -> None:
        """Let somebody write one on the page, and Alice look at it."""
        await self.meet()
        content = Text(text, "HTML")
        await in_database(drafts.write, by="dora", content=content, bot_id=self.bot_id)
        await self.alice.says("/broadcast")
        await self.alice.presses("1")

    async def test_a_text_with_variables_is_shown_as_its_writer_gets_it(self) -> None:
        await self.meet()
        await self.types("/broadcast Hello {first_name|friend}")
        shown = self.alice.answers[-2:]
        self.assertIn("Hello Alice", shown[0])
        self.assertIn("Hello {first_name|friend}", shown[1])

    async def test_a_variable_that_does_not_exist_is_refused_before_anything_is_shown(self) -> None:
        await self.meet()
        await self.types("/broadcast Hello {name}")
        self.assertIn("There is no variable {name}. There are: {first_name}", self.alice.sees)

    async def test_a_draft_of_the_page_is_tested_from_the_chat(self) -> None:
        await self.from_the_page("Hello {first_name}")
        self.assertIn("What it says now was not tested", self.alice.sees)
        await self.alice.presses("Test to me")
        self.assertEqual(await self.send(), 1)
        self.assertIn("Hello Alice", self.alice.sees)

    async def test_another_text_is_the_next_message(self) -> None:
        await self.meet()
        await self.types("/broadcast News")
        await self.alice.presses("Change…")
        self.assertIn("Your next message is what broadcast", self.alice.sees)
        await self.alice.says("Other news")
        self.assertIn("Other news", self.alice.sees)
        row = await self.row()
        self.assertEqual((row.payload, row.is_shown), ('{"parse_mode":"HTML","text":"Other news"}', True))

    async def test_it_begins_at_the_time_that_is_written(self) -> None:
        await self.drafts()
        await self.alice.presses("At a time…")
        self.assertIn("in UTC", self.alice.sees)
        await self.alice.says("nonsense")
        self.assertIn("Write a time, such as 14:00", self.alice.sees)
        tomorrow = timezone.now() + timedelta(days=1)
        await self.alice.says(f"{tomorrow:%Y-%m-%d} 12:30")
        row = await self.row()
        self.assertEqual((row.state, row.tell_chat), (BroadcastState.SCHEDULED, ALICE))
        self.assertEqual(f"{row.scheduled_at:%Y-%m-%d %H:%M}", f"{tomorrow:%Y-%m-%d} 12:30")
        self.assertIn("Begins", self.alice.sees)
        await self.alice.presses("Back to draft")
        self.assertEqual((await self.row()).state, BroadcastState.DRAFT)

    async def test_who_gets_it_is_the_next_message(self) -> None:
        await self.drafts()
        await self.alice.presses("Who gets it…")
        await self.alice.says("tag vip")
        self.assertIn("Write conditions such as tag=vip", self.alice.sees)
        await self.alice.says("language=ru")
        self.assertEqual(((await self.row()).audience, (await self.row()).total), ({"language": "ru"}, 1))
        self.assertIn("Only: Language ru", self.alice.sees)

    async def test_what_is_waited_for_can_be_given_up(self) -> None:
        await self.meet()
        await self.types("/broadcast News")
        await self.alice.presses("Change…")
        await self.alice.presses("Cancel")
        self.assertIn("Cancelled. Nothing was done.", self.alice.sees)
        await self.alice.says("Other news")
        self.assertIn("News", (await self.row()).payload)
        self.assertNotIn("Other", (await self.row()).payload)
