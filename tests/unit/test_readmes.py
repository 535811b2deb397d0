"""README in English and in Russian say the same: the same code, headings, tables, pictures and links."""

import re
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(?:python|sh)\n.*?^```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.MULTILINE)
COMMENT = re.compile(r"  +#.*$", re.MULTILINE)
HEADING = re.compile(r"^#+ ", re.MULTILINE)
ROW = re.compile(r"^\|.*$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAME = re.compile(r"`([^`\n]+)`")
OTHERS = {"README.md", "README.ru.md"}


def columns(row: str) -> int:
    """Return how many cells a row of a table has."""
    return row.replace("\\|", "").count("|")


class ReadmeTests(TestCase):
    """What a reader of one finds in the other."""

    def setUp(self) -> None:
        """Read both."""
        self.english, self.russian = ((ROOT / name).read_text() for name in ("README.md", "README.ru.md"))

    def test_they_have_the_same_code(self) -> None:
        self.assertGreaterEqual(len(FENCED.findall(self.english)), 2)
        self.assertEqual(FENCED.findall(self.russian), FENCED.findall(self.english))

    def test_they_have_the_same_commands_with_comments_of_their_own(self) -> None:
        def typed(text: str) -> list[str]:
            blocks = [COMMENT.sub("", block) for block in INDENTED.findall(FENCED.sub("", text))]
            return [block for block in blocks if re.match(r" {4}(?:make|\.venv)", block)]

        self.assertGreaterEqual(len(typed(self.english)), 4)
        self.assertEqual(typed(self.russian), typed(self.english))

    def test_they_have_the_same_headings_and_tables(self) -> None:
        def shape(text: str) -> tuple[list[str], list[int]]:
            return HEADING.findall(FENCED.sub("", text)), [columns(row) for row in ROW.findall(text)]

        self.assertEqual(shape(self.russian), shape(self.english))

    def test_they_lead_to_the_same_places_in_the_same_order(self) -> None:
        def places(text: str) -> list[str]:
            return [link for link in LINK.findall(text) if link not in OTHERS]

        self.assertEqual(places(self.russian), places(self.english))

    def test_they_name_the_same_commands_and_settings(self) -> None:
        self.assertEqual(set(NAME.findall(self.russian)), set(NAME.findall(self.english)))
