"""The repository checks itself: what the style promises is held here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import prometheus_client
from django.conf import settings
from django.test import SimpleTestCase
from prometheus_client.metrics import MetricWrapperBase

from botcore import handlers, metrics
from botcore.registry import Registry
from tests.unit.wording import in_module

ROOT = Path(__file__).parents[2]
PACKAGES = ("botcore", "botproject", "dashboard", "docs", "sandbox", "tests", "tools")


def modules(*packages: str) -> Iterator[Path]:
    """Yield the Python files of the packages, migrations apart."""
    for package in packages:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


class HouseRuleTests(SimpleTestCase):
    """Rules that no linter knows."""

    def test_every_module_says_what_it_is_for(self) -> None:
        silent = [
            path.relative_to(ROOT)
            for path in modules(*PACKAGES)
            if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
        ]
        self.assertEqual(silent, [])

    def test_no_file_is_longer_than_400_lines(self) -> None:
        long = [path.relative_to(ROOT) for path in modules(*PACKAGES) if len(path.read_text().splitlines()) > 400]
        self.assertEqual(long, [])

    def test_every_feature_has_a_flow_test(self) -> None:
        features = {path.stem for path in modules("botcore/handlers", "docs/tutorial")} - {"__init__"}
        tests = {path.stem.removeprefix("test_") for path in modules("tests/flow")}
        self.assertEqual(features - tests, set())

    def test_every_command_is_documented(self) -> None:
        pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        text = "".join(path.read_text() for path in pages)
        commands = [f.command for f in Registry.discover(handlers).features if f.command]
        self.assertEqual([name for name in commands if not re.search(rf"`/{name}\b", text)], [])

    def test_every_metric_is_documented_and_named_by_the_rules(self) -> None:
        text = (ROOT / "docs" / "metrics.md").read_text()
        declared = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
        self.assertGreaterEqual(len(declared), 15)
        for metric in declared:
            (family,) = metric.describe()
            name = family.name + ("_total" if isinstance(metric, prometheus_client.Counter) else "")
            with self.subTest(name):
                self.assertTrue(name.startswith("botdeck_"))
                self.assertIn(f"`{name}`", text)

    def test_the_default_bot_has_none_of_the_tutorial(self) -> None:
        ours = {path.stem for path in modules("botcore/handlers")}
        self.assertEqual([path.stem for path in modules("docs/tutorial") if path.stem in ours], [])

    def test_handlers_are_short(self) -> None:
        """The style's 15 lines; those of the tutorial are what people copy."""
        long = [
            f"{path.name}: {node.name}"
            for path in modules("docs/tutorial")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 15
        ]
        self.assertEqual(long, [])

    def test_features_know_no_orm(self) -> None:
        orm = re.compile(r"^(?:from|import) django\.db|\.objects\b", re.MULTILINE)
        features = modules("botcore/handlers", "docs/tutorial")
        self.assertEqual([path for path in features if orm.search(path.read_text())], [])


class TranslationTests(SimpleTestCase):
    """Russian is complete, and what runs is what was translated."""

    def catalogue(self) -> polib.POFile:
        """Return the Russian texts."""
        return polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po"))

    def test_every_text_is_translated(self) -> None:
        catalogue = self.catalogue()
        self.assertEqual([entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy], [])

    def test_every_text_of_the_handlers_and_templates_is_in_the_catalogue(self) -> None:
        known = {re.sub(r"%\((\w+)\)s", r"{{ \1 }}", entry.msgid) for entry in self.catalogue()}
        known |= {entry.msgid for entry in self.catalogue()}
        template = re.compile(r"{% translate \"([^\"]+)\"|{% blocktranslate[^%]*%}(.*?){% endblocktranslate")
        used = {text for path in modules("botcore") for _context, text in in_module(path.read_text())}
        for path in (ROOT / "templates" / "messages").glob("*.html"):
            found = template.findall(path.read_text())
            used |= {(first or second).partition("{% plural %}")[0] for first, second in found}
        self.assertEqual(used - known, set())

    def test_the_compiled_catalogue_is_the_written_one(self) -> None:
        compiled = polib.mofile(str(ROOT / "locale/ru/LC_MESSAGES/django.mo"))
        written = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in self.catalogue()}
        self.assertEqual({(entry.msgctxt, entry.msgid): entry.msgstr for entry in compiled}, written)

    def test_both_languages_are_offered(self) -> None:
        self.assertEqual([code for code, _ in settings.LANGUAGES], ["en", "ru"])
