"""Cases for Prometheus' rules: which alerts fire, and which do not. promtool runs them; none is missing."""

from collections import defaultdict
from typing import Any

import yaml
from django.test import SimpleTestCase

from tests.unit.deploy import rule_files
from tests.unit.deploy.promtool import check, needs_promtool
from tests.unit.deploy.rule_files import PROMETHEUS

FILES = sorted((PROMETHEUS / "tests").glob("*.yml"))


def cases() -> dict[str, list[dict[str, Any]]]:
    """Return the cases by the alert that their name begins with."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for file in FILES:
        for case in yaml.safe_load(file.read_text())["tests"]:
            found[case["name"].split(":")[0]].append(case)
    return found


def fires(case: dict[str, Any], alert: str) -> bool:
    """Tell whether an alert is expected at any time of a case."""
    samples = (sample for test in case.get("promql_expr_test", ()) for sample in test["exp_samples"])
    return any(f'alertname="{alert}"' in sample["labels"] for sample in samples)


class CaseTests(SimpleTestCase):
    """The cases themselves."""

    @needs_promtool
    def test_promtool_finds_every_case_true(self) -> None:
        for file in FILES:
            with self.subTest(file.name):
                self.assertIn("SUCCESS", check("promtool", "test", "rules", str(file)))

    def test_every_page_has_a_case_in_which_it_fires_and_one_in_which_it_must_not(self) -> None:
        found = cases()
        for alert in rule_files.alerts():
            if alert.severity == "page":
                with self.subTest(alert.name):
                    self.assertEqual({fires(case, alert.name) for case in found[alert.name]}, {True, False})

    def test_cases_are_about_alerts_that_there_are(self) -> None:
        self.assertLessEqual(set(cases()), {alert.name for alert in rule_files.alerts()})

    def test_whoever_fires_in_a_case_looks_at_series_of_a_process(self) -> None:
        """So that a sum over processes is a sum in the cases, too."""
        text = "".join(file.read_text() for file in FILES)
        self.assertNotRegex(text, r"botdeck_\w+_total\{(?![^}]*process=)")
