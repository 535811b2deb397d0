"""The button under a broadcast that ends them: in the person's language, counted once, and undone by /settings."""

from botcore.broadcasts import drafts, services
from botcore.broadcasts.models import Broadcast
from botcore.database import in_database
from botcore.outbox.content import Text
from botcore.people.models import User
from tests.flow.broadcasts import BroadcastFlowCase
from tests.flow.people import BOB, CHARLIE


class StopTests(BroadcastFlowCase):
    """Bob speaks Russian, Charlie English; both get a broadcast with the button."""

    async def begin(self) -> None:
        """Send one to everybody."""
        await self.meet()
        content, buttons = Text("News", "HTML"), "Shop | https://example.com"
        pk = await in_database(
            drafts.write, by="dora", content=content, buttons=buttons, has_stop=True, is_shown=True, bot_id=self.bot_id
        )
        await in_database(services.start, pk, by="dora")
        await self.finish()

    async def test_who_presses_it_is_written_to_no_more(self) -> None:
        await self.begin()
        self.assertEqual(self.charlie.buttons, ["Shop", "No more of these messages"])
        for _ in range(2):
            notices = await self.charlie.presses("No more of these messages")
            self.assertEqual(notices, ["You get no more of these messages. /settings turns them on again."])
        self.assertFalse((await User.objects.aget(pk=CHARLIE)).messages_on)
        self.assertTrue((await User.objects.aget(pk=BOB)).messages_on)
        self.assertEqual((await Broadcast.objects.aget()).stopped, 1)

    async def test_it_is_in_the_language_of_each_person(self) -> None:
        await self.begin()
        self.assertEqual(self.bob.buttons, ["Shop", "Больше не присылать"])
