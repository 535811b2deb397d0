"""/status, /health and /version: what they show, their buttons, and who may."""

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from botcore.alerts.maintenance import start_maintenance
from botcore.database import in_database
from botcore.runtime.settings import change
from tests.database.dashboard.data import heartbeat
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

COMMANDS = ("/status", "/health", "/version")


class StatusTests(BotTestCase):
    """Alice looks."""

    async def test_one_screen_says_how_everything_is(self) -> None:
        await in_database(heartbeat, "host:1", intake="polling", state="running", version="0.9")
        await in_database(heartbeat, "host:2", intake="standby", state="running", trouble="It <cannot> write.")
        await self.alice.says("/status")
        for words in (
            "Not well: ",
            "• host:1\n0.9, polls, begun ",
            "⚠️ host:2\n",
            "It <cannot> write.",
            "Updates that wait for a handler: 1",
            "Messages that wait to be sent: 0",
            "Database: ",
        ):
            self.assertIn(words, self.alice.sees)
        self.assertNotIn("Maintenance", self.alice.sees)
        self.assertNotIn("Alerts are held", self.alice.sees)

    async def test_what_is_held_back_is_said(self) -> None:
        await in_database(change, "maintenance", True, by="Bob", until=timezone.now() + timedelta(hours=1))
        await in_database(start_maintenance, length="1h", by="Bob")
        await self.alice.says("/status")
        self.assertRegex(self.alice.sees, r"🚧 Maintenance until (\S+ )?\d\d:\d\d UTC\.")
        self.assertRegex(self.alice.sees, r"🔕 Alerts are held until (\S+ )?\d\d:\d\d UTC\.")

    async def test_refresh_shows_how_it_is_now_in_its_place(self) -> None:
        await self.alice.says("/status")
        self.assertIn("No bot process has reported yet.", self.alice.sees)
        await in_database(heartbeat, "host:1", intake="polling")
        await self.alice.presses("↻")
        self.assertIn("host:1", self.alice.sees)
        self.assertEqual(len(self.alice.answers), 1)
        await self.alice.presses("Checks")
        await self.alice.presses("Status")
        self.assertEqual(self.alice.buttons, ["↻", "Checks"])
        self.assertEqual(len(self.alice.answers), 1)

    async def test_checks_with_one_cause_say_it_once_and_what_is_well_comes_last(self) -> None:
        await self.alice.says("/health")
        self.assertTrue(self.alice.sees.startswith("🔴 poller, worker, "), self.alice.sees)
        self.assertEqual(self.alice.sees.count("No bot process is alive"), 1)
        self.assertRegex(self.alice.sees.splitlines()[-1], "^🟢 database, migrations, ")
        await self.alice.presses("↻")
        self.assertEqual(len(self.alice.answers), 1)

    async def test_the_version_of_everything(self) -> None:
        await in_database(heartbeat, "host:1", version="0.0.7")
        await self.alice.says("/version")
        for words in ("Botdeck ", "Python 3.", "Django 5.", "python-telegram-bot 22.", "host:1\n0.0.7, "):
            self.assertIn(words, self.alice.sees)

    async def test_they_take_nothing_and_work_in_a_group(self) -> None:
        for words in COMMANDS:
            await self.alice.says(f"{words} now")
            self.assertTrue(self.alice.sees.startswith("That is more than this command takes."), words)
            await self.alice_in_group.says(words)
            self.assertNotIn("more than", self.alice_in_group.sees)

    async def test_they_are_for_support(self) -> None:
        for words in COMMANDS:
            await self.charlie.says(words)
            self.assertEqual(self.charlie.sees, DENIED)
        for data in ("status:", "health:"):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        with override_settings(TELEGRAM_ADMIN_IDS=[3]):
            await self.charlie.says("/status")
            self.assertIn("Database: ", self.charlie.sees)
