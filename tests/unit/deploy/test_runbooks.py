"""Runbooks: one for each alert, and nothing in them that is not there. Their queries are tried in tests/database."""

import re

from django.core.management import get_commands
from django.test import SimpleTestCase
from django.urls import resolve

from tests.unit.deploy import rule_files
from tests.unit.deploy.rule_files import ROOT, RUNBOOKS
from tests.unit.deploy.runbooks import anchors, blocks, books, index, metric_beginnings
from tests.unit.deploy.series import known

PARTS = ["Meaning", "Impact", "Check", "Fix", "Escalate"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
PAGE = re.compile(r"`(/[\w/-]*)`")
ADDRESS = re.compile(r"127\.0\.0\.1:(?:8000|\$\{WEB_PORT:-8000\})(/[\w/]*)")
SETTING = re.compile(r"\b(?:[A-Z]+_)+[A-Z]+\b")


class RunbookTests(SimpleTestCase):
    """What a person finds who was woken."""

    def test_every_alert_has_its_runbook_and_every_runbook_its_alert(self) -> None:
        self.assertEqual(set(books()), {alert.name for alert in rule_files.alerts()})

    def test_each_has_the_same_parts_and_says_what_the_alert_says(self) -> None:
        found = books()
        for alert in rule_files.alerts():
            with self.subTest(alert.name):
                first, _, second = found[alert.name].split("\n")[:3]
                self.assertEqual(first, f"# {alert.name}")
                self.assertEqual(second, f"**{alert.severity}** · {alert.annotations['summary']}")
                self.assertEqual(re.findall(r"^## (.*)$", found[alert.name], re.MULTILINE), PARTS)

    def test_each_has_something_to_type(self) -> None:
        for name, text in books().items():
            with self.subTest(name):
                self.assertTrue(blocks(text, "sh") + blocks(text, "sql"))

    def test_the_index_leads_to_each_under_its_severity(self) -> None:
        for severity in ("page", "ticket", "info"):
            part = re.search(rf"`{severity}`\n(.*?)(?:\n## |\Z)", index(), re.DOTALL)
            wanted = [alert.name for alert in rule_files.alerts() if alert.severity == severity]
            self.assertEqual(re.findall(r"\]\((\w+)\.md\)", part[1] if part else ""), wanted)

    def test_links_lead_somewhere(self) -> None:
        for name, text in {**books(), "README": index()}.items():
            for link in LINK.findall(text):
                with self.subTest(name, link=link):
                    file, _, anchor = link.partition("#")
                    page = (RUNBOOKS / file).resolve()
                    self.assertTrue(page.is_file())
                    self.assertIn(anchor, {"", *anchors(page)})

    def test_commands_and_targets_exist(self) -> None:
        loaded = re.findall(r'sys\.argv\[1:2\] == \["(\w+)"\]', (ROOT / "manage.py").read_text())  # without Django
        commands = {*get_commands(), *loaded}
        targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        for name, text in books().items():
            with self.subTest(name):
                self.assertLessEqual(set(re.findall(r"\bmanage\.py (\w+)", text)), commands)
                self.assertLessEqual(set(re.findall(r"[`\n]make ([\w-]+)", text)), targets)

    def test_pages_and_endpoints_exist(self) -> None:
        for name, text in books().items():
            for page in PAGE.findall(text) + ADDRESS.findall(text):
                with self.subTest(name, page=page):
                    resolve(page)

    def test_metrics_that_are_looked_at_exist(self) -> None:
        for name, text in books().items():
            for beginning in metric_beginnings(text):
                with self.subTest(name, metric=beginning):
                    self.assertTrue(any(metric.startswith(beginning) for metric in known()))

    def test_settings_that_are_named_exist(self) -> None:
        settings = (ROOT / "docs" / "settings.md").read_text()
        for name, text in books().items():
            named = set(SETTING.findall(re.sub(r"```sql.*?```", "", text, flags=re.DOTALL)))
            self.assertEqual({word for word in named if f"`{word}" not in settings}, set(), name)
