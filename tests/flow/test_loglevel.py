"""/loglevel: the list, a card, changing for a while, putting back, wrong words, and who may."""

import logging
from datetime import timedelta

from django.utils import timezone

from botcore.database import in_database
from botcore.runtime import log_levels
from botcore.runtime.models import RuntimeSetting
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

LOGGER = "botcore.made_up"


class LogLevelTests(BotTestCase):
    """Alice wants to know more."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(log_levels.apply)

    async def row(self) -> RuntimeSetting | None:
        """Return what is set."""
        return await RuntimeSetting.objects.filter(name=f"log_level:{LOGGER}").afirst()

    async def test_a_level_is_changed_for_an_hour_and_put_back(self) -> None:
        await self.alice.says(f"/loglevel {LOGGER} debug")
        row = await self.row()
        assert row
        assert row.until
        self.assertAlmostEqual(row.until, timezone.now() + timedelta(hours=1), delta=timedelta(minutes=1))
        self.assertEqual(logging.getLogger(LOGGER).level, logging.DEBUG)
        self.assertRegex(self.alice.sees, rf"^{LOGGER}\nLevel: DEBUG until .*UTC\nAlice \(Telegram 1\) · just now\n")
        await self.alice.presses("As configured")
        self.assertIsNone(await self.row())
        self.assertNotIn("until", self.alice.sees)

    async def test_for_how_long_may_be_said(self) -> None:
        await self.alice.says(f"/loglevel {LOGGER} ERROR always")
        row = await self.row()
        self.assertTrue(row and row.until is None)
        self.assertIn("until it is changed", self.alice.sees)

    async def test_the_list_begins_with_what_is_changed(self) -> None:
        await in_database(log_levels.set_level, logger=LOGGER, level="DEBUG", duration="1h", by="Bob")
        await self.alice.says("/loglevel")
        self.assertTrue(self.alice.sees.startswith(f"Loggers\n\n1. {LOGGER} DEBUG ✎\n2. root"), self.alice.sees)
        await self.alice.presses("»")
        await self.alice.presses("«")
        await self.alice.presses("1")
        self.assertIn("Level: DEBUG", self.alice.sees)
        await self.alice.presses("WARNING")
        self.assertIn("Level: WARNING", self.alice.sees)
        await self.alice.presses("All loggers")
        self.assertEqual(len(self.alice.answers), 1)

    async def test_wrong_words(self) -> None:
        for words, answer in (
            ("/loglevel not.a..name", "A logger's name is words with dots between them"),
            ("/loglevel not.a..name debug", "A logger's name is words with dots between them"),
            (f"/loglevel {LOGGER} loud", "Choose one of: debug, info, warning, error"),
            (f"/loglevel {LOGGER} debug 2h", "Choose one of: 10m, 1h, 1d, always"),
            (f"/loglevel {LOGGER} debug 1h x", "That is more than this command takes."),
        ):
            await self.alice.says(words)
            self.assertIn(answer, self.alice.sees)
        self.assertIn("level", str(await self.alice.forges(f"logger_to:{LOGGER}|LOUD")).lower())
        self.assertIsNone(await self.row())

    async def test_it_is_for_admins(self) -> None:
        await self.charlie.says(f"/loglevel {LOGGER} debug")
        self.assertEqual(self.charlie.sees, DENIED)
        for data in ("loggers:|", f"logger:{LOGGER}", f"logger_to:{LOGGER}|DEBUG", f"logger_back:{LOGGER}"):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        self.assertIsNone(await self.row())
