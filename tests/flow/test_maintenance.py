"""/maintenance: switched on after a question, for a while or until it is ended, told, and who may."""

from datetime import timedelta

from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.runtime.models import RuntimeSetting
from botcore.runtime.settings import refresh
from tests.flow.people import DENIED
from tests.telegram import BotTestCase


class MaintenanceTests(BotTestCase):
    """Alice works on the bot."""

    def setUp(self) -> None:
        super().setUp()
        refresh()
        self.addCleanup(refresh)

    async def row(self) -> RuntimeSetting | None:
        """Return what is set."""
        return await RuntimeSetting.objects.filter(name="maintenance").afirst()

    async def test_it_asks_and_then_sends_members_away_for_a_while(self) -> None:
        await self.alice.says("/maintenance on 2h")
        self.assertIn("Begin maintenance for 2h?", self.alice.sees)
        self.assertIsNone(await self.row())
        await self.alice.presses("Begin")
        row = await self.row()
        assert row
        assert row.until
        self.assertAlmostEqual(row.until, timezone.now() + timedelta(hours=2), delta=timedelta(minutes=1))
        self.assertRegex(self.alice.sees, r"^🚧 Maintenance is on until .*UTC\nAlice \(Telegram 1\) · just now\n")
        await self.charlie.says("/start")
        self.assertIn("The bot is being worked on.", self.charlie.sees)
        await self.alice.presses("End")
        self.assertEqual(self.alice.sees, "The maintenance is over. Everybody is served.")
        await self.charlie.says("/about")
        self.assertIn("Runs on Botdeck", self.charlie.sees)
        self.assertEqual(await AuditEntry.objects.filter(target="setting:maintenance").acount(), 2)

    async def test_without_a_time_it_lasts_until_it_is_ended(self) -> None:
        await self.alice.says("/maintenance on")
        await self.alice.presses("Begin")
        row = await self.row()
        self.assertTrue(row and row.until is None)
        self.assertIn("until somebody ends it", self.alice.sees)
        await self.alice.says("/maintenance")
        self.assertEqual(self.alice.buttons, ["End"])
        await self.alice.says("/maintenance off")
        self.assertEqual(self.alice.sees, "The maintenance is over. Everybody is served.")
        await self.alice.says("/maintenance off")
        self.assertEqual(self.alice.sees, "There is no maintenance. Everybody is served.")

    async def test_how_it_is_with_a_button_that_asks(self) -> None:
        await self.alice.says("/maintenance")
        self.assertEqual(self.alice.sees, "There is no maintenance: everybody is served.")
        await self.alice.presses("Begin")
        await self.alice.presses("Cancel")
        self.assertIsNone(await self.row())

    async def test_wrong_words(self) -> None:
        for words, answer in (
            ("/maintenance onn", "Choose one of: on, off"),
            ("/maintenance on 5x", ""),
            ("/maintenance on 10s", ""),
            ("/maintenance on 1h more", "That is more than this command takes."),
        ):
            await self.alice.says(words)
            self.assertIn(answer, self.alice.sees)
            self.assertIn("Usage: /maintenance [switch] [for]", self.alice.sees)
        self.assertIsNone(await self.row())

    async def test_in_a_group_only_who_asked_may_confirm(self) -> None:
        await self.alice_in_group.says("/maintenance on")
        await self.bob_in_group.presses("Begin")
        self.assertIsNone(await self.row())
        await self.alice_in_group.presses("Begin")
        self.assertTrue(await self.row())

    async def test_it_is_for_admins(self) -> None:
        await self.charlie.says("/maintenance on")
        self.assertEqual(self.charlie.sees, DENIED)
        await in_database(RuntimeSetting.objects.create, name="maintenance", value="true", at=timezone.now())
        for data in ("maintenance_on:", "maintenance_off:", "maintenance_ok:x"):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        self.assertTrue(await self.row())
