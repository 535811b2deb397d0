"""/metrics: figures, charts as pictures, another time in a picture's place, wrong names, and who may."""

from datetime import timedelta

from django.utils import timezone

from botcore.database import in_database
from botcore.monitoring.models import Step
from sandbox.chats import Post
from tests.database.history.test_selectors import sample
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

PNG = b"\x89PNG"


class MetricsTests(BotTestCase):
    """Alice looks."""

    def picture(self) -> tuple[Post, bytes]:
        """Return the newest message and the bytes of its picture."""
        post = self.world.messages(1)[-1]
        assert post.media
        path = self.world.files.content(post.media.file.path)
        assert path
        return post, path.read_bytes()

    async def test_without_a_name_it_shows_figures_and_a_button_for_each_chart(self) -> None:
        await self.alice.says("/metrics")
        self.assertIn("Updates that wait for a handler: 1", self.alice.sees)
        self.assertEqual(self.alice.buttons[:2], ["updates", "errors"])
        await self.alice.presses("↻")
        self.assertEqual(len(self.alice.answers), 1)
        await self.alice.presses("updates")
        self.assertTrue(self.alice.sees.startswith("Updates, 1d\n"))
        self.assertEqual(len(self.alice.answers), 2)

    async def test_a_chart_is_a_picture_with_its_figures(self) -> None:
        minute = timezone.now().replace(second=0, microsecond=0)
        for ago, number in ((10, 120), (9, 60), (8, 180)):
            await in_database(sample, "updates_received", Step.MINUTE, minute - timedelta(minutes=ago), number)
        await self.alice.says("/metrics updates 1h")
        post, png = self.picture()
        self.assertTrue(png.startswith(PNG))
        self.assertIn("Updates, 1h\nReceived by the inbox", post.text)
        self.assertIn("received: min 1/s, avg 2/s, max 3/s, last 3/s", post.text)
        self.assertIn("failed: min –, avg –, max –, last –", post.text)

    async def test_a_button_shows_another_time_in_the_same_message(self) -> None:
        await self.alice.says("/metrics memory")
        before, first = self.picture()
        self.assertEqual(self.alice.buttons, ["1h", "6h", "✓ 1d", "7d", "30d", "1y"])
        await self.alice.presses("7d")
        after, second = self.picture()
        self.assertEqual((after.message_id, len(self.alice.answers)), (before.message_id, 1))
        self.assertNotEqual(first, second)
        self.assertIn("Memory, 7d", after.text)
        self.assertIn("✓ 7d", self.alice.buttons)

    async def test_a_series_has_a_chart_too_and_a_range_alone_is_for_the_buttons(self) -> None:
        await self.alice.says("/metrics people 30d")
        self.assertIn("people, 30d\nPeople that the bot knows.", self.alice.sees)
        await self.alice.says("/metrics 1h")
        await self.alice.presses("errors")
        self.assertTrue(self.alice.sees.startswith("Errors, 1h\n"))

    async def test_what_there_is_not_is_said_with_what_was_meant(self) -> None:
        for words, answer in (
            ("/metrics upd", "There is no chart upd: did you mean updates?"),
            ("/metrics <b>zzz</b>", "There is no chart <b>zzz</b>: /metrics lists them."),
            ("/metrics updates 2d", "There is no range 2d. There are: 1h, 6h, 1d, 7d, 30d, 1y."),
        ):
            await self.alice.says(words)
            self.assertEqual(self.alice.sees, answer)
        await self.alice.says("/metrics updates 1d more")
        self.assertTrue(self.alice.sees.startswith("That is more than this command takes."))
        self.assertEqual(await self.alice.forges("chart:none|1d"), "There is no chart none: /metrics lists them.")
        self.assertIn("There is no range", str(await self.alice.forges("chart:updates|x")))

    async def test_it_is_for_support_and_in_private(self) -> None:
        await self.charlie.says("/metrics")
        self.assertEqual(self.charlie.sees, DENIED)
        for data in ("chart:updates|1d", "metrics:1d"):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        await self.alice_in_group.says("/metrics")
        self.assertEqual(self.alice_in_group.answers, ["Write me that in private."])
