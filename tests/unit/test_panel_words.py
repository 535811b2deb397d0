"""The panel says nothing in English only: its templates and modules, against the Russian catalogue."""

import re
from pathlib import Path

import polib
from django.test import SimpleTestCase
from django.utils.translation import override

from dashboard.words import CONTEXT, WORDS, scheduled, worded
from tests.unit.wording import in_module, in_template, untranslated

ROOT = Path(__file__).parents[2]
NAMES = {  # the same in every language
    "Botdeck", "Telegram", "CSV", "JSONL", "Esc", "Enter", "Ctrl", "Ctrl K", "· Botdeck", "· Botdeck admin",
    "Botdeck admin", "COOLDOWN_", "MINUTES", "ALERT_", "CAP", "QUIET_", "HOURS", "DASHBOARD_", "URL", "vip",
    "botcore.connection", "link_", "plan", "pro",
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

    def test_scripts_say_nothing_by_themselves(self) -> None:
        said = re.compile(r"(?:textContent|innerText|innerHTML|title|ariaLabel|placeholder) = (?:\"|'|`)\w+")
        for path in sorted((ROOT / "dashboard/static/dashboard").glob("*.js")):
            with self.subTest(path.name):
                self.assertEqual(said.findall(path.read_text()), [])

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


class SpokenWordTests(SimpleTestCase):
    """What is composed of a number and a word."""

    def test_schedules_are_said_in_both_languages(self) -> None:
        said = {
            "every minute": "каждую минуту",
            "every 5 minutes": "каждые 5 минут",
            "every 21 minutes": "каждую 21 минуту",
            "at 03:17 every day (UTC)": "каждый день в 03:17 (UTC)",
            "at 03:17 on the 1st of March (UTC)": "at 03:17 on the 1st of March (UTC)",
        }
        for english, russian in said.items():
            with self.subTest(english):
                self.assertEqual(scheduled(english), english)
                with override("ru"):
                    self.assertEqual(scheduled(english), russian)

    def test_a_word_that_is_not_ours_stays_as_it_is(self) -> None:
        with override("ru"):
            self.assertEqual([worded("pending"), worded("settings"), worded("")], ["ожидает", "settings", ""])
