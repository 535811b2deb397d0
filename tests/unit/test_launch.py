"""The demo keeps to itself: no token, database or spool of a real bot."""

import os
import tempfile
from pathlib import Path
from unittest import mock

from django.test import SimpleTestCase

from botproject import launch


class DemoEnvironmentTests(SimpleTestCase):
    """What the demo's processes are given."""

    def environment(self, **given: str) -> dict[str, str]:
        """Return the environment after it was set for the demo."""
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(launch, "VAR_DIR", Path(folder)),
            mock.patch.dict(os.environ, given, clear=True),
        ):
            launch.set_demo_environment()
            return dict(os.environ)

    def test_database_and_spool_are_the_demos_own(self) -> None:
        found = self.environment(TELEGRAM_BOT_TOKEN="5:real", SPOOL_DIR=" ")
        self.assertEqual(found["DATABASE_URL"], "sqlite:///var/demo.sqlite3")
        self.assertEqual(found["SPOOL_DIR"], "var/demo-spool")
        self.assertEqual((found["TELEGRAM_BOT_TOKEN"], found["DJANGO_ENV_FILE"]), ("1:sandbox", ""))

    def test_it_stays_on_this_machine(self) -> None:
        found = self.environment(BOT_METRICS_HOST="0.0.0.0", BOT_METRICS_HOST_FILE="/run/host")
        self.assertEqual(found["BOT_METRICS_HOST"], "127.0.0.1")
        self.assertNotIn("BOT_METRICS_HOST_FILE", found)

    def test_who_names_others_gets_them(self) -> None:
        found = self.environment(DATABASE_URL="postgres://host/demo", SPOOL_DIR="/tmp/mine")
        self.assertEqual((found["DATABASE_URL"], found["SPOOL_DIR"]), ("postgres://host/demo", "/tmp/mine"))
        self.assertNotIn("SPOOL_DIR", self.environment(SPOOL_DIR_FILE="/run/spool"))
