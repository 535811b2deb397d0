"""Prometheus' rules: right by promtool, and about series that there are."""

import re
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from django.test import SimpleTestCase
from prometheus_client.metrics import MetricWrapperBase

from botcore import metrics
from botcore.instruments import Reading
from tests.unit.deploy import rule_files
from tests.unit.deploy.promql import grouped, selectors
from tests.unit.deploy.promtool import check, needs_amtool, needs_promtool
from tests.unit.deploy.rule_files import PROMETHEUS, Rule
from tests.unit.deploy.series import ADDED, known

IN_TEMPLATE = re.compile(r"\$labels\.(\w+)")


def levels(rule: Rule) -> set[str]:
    """Return the labels that a recorded series has left, as its name begins with them."""
    return set(rule.name.split(":")[0].split("_"))


@cache
def labels_of(metric: str) -> set[str]:
    """Return the labels of a series that there is or that is recorded; fail for any other."""
    found = {rule.name: levels(rule) for rule in rule_files.recorded()}
    if metric in found:
        return found[metric]
    if metric not in known():
        raise AssertionError(f"no such series: {metric}")
    return set(known()[metric].labels)


class RuleTests(SimpleTestCase):
    """What can be told without a server."""

    def asked(self) -> list[tuple[str, str]]:
        """Return name and PromQL of all rules and panels."""
        rules = [*rule_files.recorded(), *rule_files.alerts()]
        return [*((rule.name, rule.expression) for rule in rules), *rule_files.panel_expressions()]

    def test_every_series_and_label_exists(self) -> None:
        self.assertGreater(len(self.asked()), 150)
        for name, expression in self.asked():
            with self.subTest(name):
                labels: set[str] = set()
                for selector in selectors(expression):
                    mine = labels_of(selector.metric)
                    self.assertLessEqual({label for label, _, _ in selector.matchers}, mine, selector)
                    labels |= mine
                self.assertLessEqual(grouped(expression), labels)

    def test_memory_and_cpu_are_asked_of_the_bots_own_ports(self) -> None:
        """The web's page has none: several workers share it."""
        for name, expression in self.asked():
            for selector in selectors(expression):
                if selector.metric.startswith(("process_", "python_")):
                    with self.subTest(name):
                        self.assertIn(("job", "=~", "botdeck-.+"), selector.matchers)

    def test_every_label_value_that_is_asked_for_exists(self) -> None:
        for name, expression in self.asked():
            for selector in selectors(expression):
                values = known()[selector.metric].values if selector.metric in known() else {}
                for label, operator, value in selector.matchers:
                    with self.subTest(name, label=label):
                        wanted = set(value.split("|")) if "~" in operator else {value}
                        self.assertLessEqual(wanted, values.get(label, wanted))

    def test_what_is_recorded_keeps_the_labels_that_its_name_begins_with(self) -> None:
        for rule in rule_files.recorded():
            with self.subTest(rule.name):
                first = re.search(r"\bby \(([^)]*)\)", rule.expression)
                source = next(iter(selectors(rule.expression)))
                left = {label.strip() for label in first[1].split(",")} if first else labels_of(source.metric)
                self.assertEqual(left - {"le"}, levels(rule))

    def test_a_counter_is_rated_before_it_is_summed(self) -> None:
        """Bots' counters begin at 0 with each process and vanish with it: the rate of a sum would jump."""
        for name, expression in self.asked():
            with self.subTest(name):
                self.assertNotRegex(expression, r"(?:rate|increase)\(\s*(?:sum|max|avg|count)")
                bare = re.sub(r"(?:rate|increase|count_over_time)\([^)]*?\)", "", expression)
                self.assertEqual(re.findall(r"\bbotdeck\w+_(?:total|bucket|count)\b", bare), [])

    @needs_promtool
    def test_promtool_takes_rules_and_configuration(self) -> None:
        self.assertIn("SUCCESS", check("promtool", "check", "rules", "botdeck.rules.yml", "botdeck.alerts.yml"))
        self.assertIn("SUCCESS", check("promtool", "check", "config", "--syntax-only", "prometheus.yml"))

    @needs_promtool
    def test_promtool_takes_every_expression_of_the_dashboard(self) -> None:
        asked = enumerate(rule_files.panel_expressions())
        rules = [{"record": f"panel:{number}", "expr": expression} for number, (_, expression) in asked]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "panels.yml"
            file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
            self.assertIn(f"{len(rules)} rules found", check("promtool", "check", "rules", str(file)))

    @needs_amtool
    def test_amtool_takes_the_example_of_routes(self) -> None:
        self.assertIn("SUCCESS", check("amtool", "check-config", "alertmanager.yml"))


class AlertTests(SimpleTestCase):
    """What every alert has."""

    def test_there_are_enough_of_each_severity_and_no_two_of_one_name(self) -> None:
        severities = Counter(alert.severity for alert in rule_files.alerts())
        self.assertEqual(set(severities), {"page", "ticket", "info"})
        self.assertGreaterEqual(severities.total(), 25)
        names = Counter(alert.name for alert in rule_files.alerts())
        self.assertEqual([name for name, count in names.items() if count > 1], [])

    def test_every_alert_says_what_is_wrong_and_where_to_look(self) -> None:
        panels = {panel["id"] for panel in rule_files.panels()}
        for alert in rule_files.alerts():
            with self.subTest(alert.name):
                said = dict(alert.annotations)
                book = "{{ $externalLabels.botdeck_docs }}/runbooks/" + alert.name + ".md"
                self.assertEqual(said.pop("runbook_url"), book)
                base, _, panel = said.pop("dashboard").partition("?viewPanel=")
                self.assertEqual(base, "{{ $externalLabels.botdeck_grafana }}/d/botdeck/botdeck")
                self.assertIn(int(panel), panels)
                self.assertEqual(set(said), {"summary", "description"})
                self.assertTrue(all(said.values()))

    def test_texts_name_labels_that_the_alert_has(self) -> None:
        recorded = {rule.name: levels(rule) for rule in rule_files.recorded()}
        for alert in rule_files.alerts():
            with self.subTest(alert.name):
                sources = (recorded.get(selector.metric, set()) for selector in selectors(alert.expression))
                left = grouped(alert.expression).union(*sources)
                named = {label for text in alert.annotations.values() for label in IN_TEMPLATE.findall(text)}
                self.assertLessEqual(named, left)

    def test_the_links_have_a_base_that_nobody_else_sees(self) -> None:
        config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
        bases = set(config["global"]["external_labels"])
        self.assertEqual(bases, {"botdeck_docs", "botdeck_grafana"})
        (relabel,) = config["alerting"]["alert_relabel_configs"]
        self.assertEqual((set(relabel["regex"].split("|")), relabel["action"]), (bases, "labeldrop"))

    def test_the_example_of_routes_knows_every_severity_and_only_alerts_that_exist(self) -> None:
        text = (PROMETHEUS / "alertmanager.yml").read_text()
        names = {alert.name for alert in rule_files.alerts()}
        for word in re.findall(r"\bBotdeck\w+", text):
            with self.subTest(word):
                self.assertTrue(word in names or f"{word}.+" in text)
        self.assertIn("severity = page", text)

    def test_no_metric_has_a_label_that_prometheus_or_the_web_adds(self) -> None:
        """A scrape would rename it."""
        for metric in vars(metrics).values():
            if isinstance(metric, MetricWrapperBase | Reading):
                labels = metric.labels if isinstance(metric, Reading) else metric._labelnames
                with self.subTest(getattr(metric, "name", metric)):
                    self.assertEqual(ADDED & set(labels), set())
