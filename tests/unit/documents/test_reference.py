"""The reference is what the code has: `make reference` would change nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import SimpleTestCase

from tests.unit.documents.site import ROOT
from tools.reference.markdown import declared, table
from tools.reference.tables import metrics_page, settings_page


def check(project: Path) -> subprocess.CompletedProcess[str]:
    """Ask whether all is as the code has it."""
    command = [sys.executable, "-m", "tools.reference", "--check"]
    return subprocess.run(command, cwd=project, env=os.environ, capture_output=True, text=True, check=False)


def test_the_reference_is_up_to_date() -> None:
    checked = check(ROOT)
    assert (checked.stdout, checked.returncode) == ("", 0), checked.stdout + checked.stderr


def test_a_long_declaration_has_a_line_for_each_argument() -> None:
    def short(a: int, *, b: str = "") -> None: ...

    def longer(
        one: dict[str, int], *, another: tuple[str, ...] = (), third: bool = False, fourth: str = "some words, and more"
    ) -> None: ...

    assert declared(short) == "short(a: int, *, b: str='') -> None"
    assert "\n    one: dict[str, int],\n    *,\n    another: tuple[str, ...]=(),\n" in declared(longer)


def test_a_cell_keeps_its_bars_and_an_empty_table_is_nothing() -> None:
    assert table(("a", "b"), [("x | y", "two\nlines")]).endswith("| x \\| y | two lines |")
    assert table(("a",), []) == ""


class MendedTableTests(SimpleTestCase):
    """What people wrote of a metric or setting stays; the rest is the code's."""

    def mended(self, page: str, old: str, new: str) -> str:
        """Return the page, mended, in which a text was replaced."""
        text = (ROOT / "docs" / page).read_text()
        self.assertIn(old, text)
        return (metrics_page if page == "metrics.md" else settings_page)(text.replace(old, new, 1))

    def test_a_metric_has_its_type_and_labels_again(self) -> None:
        row = "| `botdeck_commands_total` | counter | command | commands"
        self.assertIn(row, self.mended("metrics.md", row, "| `botdeck_commands_total` | gauge | | commands"))

    def test_a_metric_without_a_row_gets_one_and_one_that_is_gone_loses_it(self) -> None:
        text = self.mended("metrics.md", "`botdeck_retries_total`", "`botdeck_gone_total`")
        self.assertIn("| `botdeck_retries_total` | counter | | Attempts at updates that failed", text)
        self.assertNotIn("botdeck_gone_total", text)

    def test_a_setting_has_its_range_and_default_again(self) -> None:
        row = "chats handled at the same time | 1–1000 | 64 |"
        wrong = "chats handled at the same time | 1–10 | 4 |"
        self.assertIn("chats handled at the same time | 1–1000 | `64` |", self.mended("settings.md", row, wrong))

    def test_what_is_changed_while_everything_runs_has_its_words_again(self) -> None:
        self.assertIn(
            "| `maintenance` | Members are told", self.mended("settings.md", "Members are told", "Nobody is told")
        )


@pytest.mark.parametrize("page", ["settings.md", "metrics.md"])
def test_a_page_that_is_right_stays_as_it_is(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    assert (settings_page if page == "settings.md" else metrics_page)(text) == text
