"""The panel says nothing in English only: its templates and modules, against the Russian catalogue."""

from pathlib import Path

import polib
from django.test import SimpleTestCase

from dashboard.words import CONTEXT, WORDS
from tests.unit.wording import in_module, in_template, untranslated

ROOT = Path(__file__).parents[2]
NAMES = {  # the same in every language
    "Botdeck", "Telegram", "CSV", "JSONL", "Esc", "Enter", "Ctrl", "Ctrl K", "· Botdeck", "· Botdeck admin",
    "Botdeck admin", "COOLDOWN_", "MINUTES", "ALERT_", "CAP", "QUIET_", "HOURS", "DASHBOARD_", "URL", "vip",
    "botcore.connection", "link_",
}  # fmt: skip


def templates() -> list[Path]:
    """Return what the web shows; messages of the bot are looked at elsewhere."""
    every = (ROOT / "templates").rglob("*.html")
    return sorted(path for path in every if path.relative_to(ROOT / "templates").parts[0] != "messages")


class PanelWordTests(SimpleTestCase):
    """Whoever chooses Russian reads Russian."""

    def test_no_text_of_a_template_stands_outside_of_a_translation(self) -> None:
        for path in templates():
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual([text for text in untranslated(path.read_text()) if text not in NAMES], [])

    def test_every_text_of_the_panel_is_in_the_catalogue(self) -> None:
        entries = polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po"))
        known = {(entry.msgctxt or "", entry.msgid) for entry in entries}
        for path in templates():
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(set(in_template(path.read_text())) - known, set())
        self.assertEqual({(CONTEXT, word) for word in WORDS} - known, set())
        for path in sorted((ROOT / "dashboard").rglob("*.py")):
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(set(in_module(path.read_text())) - known, set())
