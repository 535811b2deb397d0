"""Vendored files are what their makers published, and templates keep to the content security policy."""

import gzip
import hashlib
import json
import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase
from django.utils import timezone

from dashboard.distances import distance
from dashboard.templatetags.console import coded, span
from tests.database.dashboard.data import PageTestCase, for_pages

FIRST_VISIT = 150_000  # bytes, compressed
VENDOR = settings.BASE_DIR / "dashboard" / "static" / "dashboard" / "vendor"
AXE = settings.BASE_DIR / "tests" / "browser" / "axe"  # for tests only: nobody is served it
PAGES = [
    path
    for path in (settings.BASE_DIR / "templates").rglob("*.html")
    if "messages" not in path.relative_to(settings.BASE_DIR / "templates").parts
]


class VendorTests(SimpleTestCase):
    """The manifest of vendored files."""

    def test_every_vendored_file_is_listed_with_its_true_hash_and_version(self) -> None:
        for folder in (VENDOR, AXE):
            manifest = json.loads((folder / "manifest.json").read_text())
            listed = {entry["file"] for entry in manifest}
            self.assertEqual({path.name for path in folder.iterdir()}, listed | {"manifest.json"})
            for entry in manifest:
                content = (folder / entry["file"]).read_bytes()
                self.assertEqual(hashlib.sha256(content).hexdigest(), entry["sha256"])
                self.assertIn(entry["version"].encode(), content)


class TemplateTests(SimpleTestCase):
    """What templates must not contain."""

    def offenders(self, pattern: str, paths: list[Path] = PAGES) -> list[str]:
        """Return the files in which the pattern occurs."""
        return [path.name for path in paths if re.search(pattern, path.read_text())]

    def test_there_are_templates_to_look_at(self) -> None:
        self.assertGreater(len(PAGES), 20)

    def test_no_inline_script_style_or_handler(self) -> None:
        self.assertEqual(self.offenders(r"<script(?![^>]*\bsrc=)"), [])
        self.assertEqual(self.offenders(r"<style|\sstyle="), [])
        self.assertEqual(self.offenders(r"\son[a-z]+=|hx-on|javascript:|\bjs:"), [])

    def test_a_list_is_not_laid_out_as_a_page_without_the_frame(self) -> None:
        self.assertEqual(self.offenders(r'class="([^"]* )?plain[ "]'), ["plain.html"])  # as high as the window

    def test_no_trigger_that_needs_eval(self) -> None:
        self.assertEqual(self.offenders(r'hx-trigger="[^"]*\['), [])

    def test_nothing_is_called_safe(self) -> None:
        every = list((settings.BASE_DIR / "templates").rglob("*.html"))  # also what the bot says
        self.assertEqual(self.offenders(r"\|\s*safe\b|autoescape off", every), [])
        code = [
            *Path(settings.BASE_DIR / "dashboard").rglob("*.py"),
            *Path(settings.BASE_DIR / "botcore").rglob("*.py"),
        ]
        self.assertEqual(self.offenders(r"mark_safe|SafeString\(", code), [])


@for_pages
class IconTests(SimpleTestCase):
    """The icon at its old place."""

    def test_it_leads_to_the_icon_of_the_pages(self) -> None:
        response = self.client.get("/favicon.ico")
        self.assertEqual((response.status_code, response["Location"]), (302, "/static/dashboard/favicon.svg"))


class WordTests(SimpleTestCase):
    """Times and durations in words; live.js says the same."""

    def test_distances(self) -> None:
        now = timezone.now()
        day = f"{now:%Y-%m-%d}"
        for seconds, words in {
            -3600: "in 1 h", -59: "in 59 s", -9: "just now", -30 * 86400: day,
            0: "just now", 0.9: "just now", 1: "1 s ago", 59.9: "59 s ago",
            60: "1 min ago", 3599: "59 min ago", 3600: "1 h ago", 47 * 3600: "47 h ago", 48 * 3600: "2 d ago",
            30 * 86400 - 1: "29 d ago", 30 * 86400: day,
        }.items():  # fmt: skip
            with self.subTest(seconds):
                self.assertEqual(distance(seconds, day), words)

    def test_durations(self) -> None:
        for milliseconds, words in {
            None: "–", 0.2: "< 1 ms", 12.4: "12 ms", 999: "999 ms", 1500: "1.5 s", 90_000: "1.5 min",
            7_200_000: "2.0 h", 3 * 86_400_000: "3 d",
        }.items():  # fmt: skip
            with self.subTest(milliseconds):
                self.assertEqual(span(milliseconds), words)

    def test_backticks_are_code_and_all_else_is_escaped(self) -> None:
        self.assertEqual(coded("run `a <b>` & c"), "run <code>a &lt;b&gt;</code> &amp; c")


class BudgetTests(PageTestCase):
    """What a browser loads at its first visit."""

    def test_the_first_page_with_all_of_its_files_is_small(self) -> None:
        page = self.text("/")
        named = re.findall(r'(?:src|href)="/static/(dashboard/[^"#]+)', page)
        files = {settings.BASE_DIR / "dashboard" / "static" / name for name in named}
        self.assertGreater(len(files), 10)
        parts = [page.encode(), *(file.read_bytes() for file in files)]
        self.assertLess(sum(len(gzip.compress(part)) for part in parts), FIRST_VISIT)
