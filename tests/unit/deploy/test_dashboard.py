"""Grafana's dashboard and what provisions it. There is no Grafana here: what it wants of JSON is held below."""

import re
from itertools import combinations
from typing import Any

import yaml
from django.test import SimpleTestCase

from deploy.grafana import build
from deploy.grafana.rows import ROWS
from tests.unit.deploy.rule_files import GRAFANA, dashboard, panels

COLOURS = {"green", "orange", "red", "blue", "text"}  # names that Grafana adapts to its theme
UNITS = {"none", "ops", "reqps", "s", "percentunit", "bytes"}


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    """Tell whether two places on the grid share a cell."""
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def colours(value: Any) -> set[str]:
    """Return every colour that is named anywhere within."""
    if isinstance(value, dict):
        mine = {text for key, text in value.items() if key in {"color", "iconColor"} and isinstance(text, str)}
        return mine.union(*map(colours, value.values()))
    return set().union(*map(colours, value)) if isinstance(value, list) else set()


class DashboardTests(SimpleTestCase):
    """The JSON that is deployed."""

    def test_the_file_is_what_its_rows_make(self) -> None:
        self.assertEqual(build.FILE.read_text(), build.text(), "run `make grafana`")

    def test_it_has_the_rows_in_order(self) -> None:
        titles = [panel["title"] for panel in dashboard()["panels"] if panel["type"] == "row"]
        self.assertEqual(titles, ["Overview", "Updates", "Bot API", "Errors", "Persistence", "Runtime"])
        self.assertEqual(titles, [row.title for row in ROWS])

    def test_every_panel_says_what_it_shows_and_in_which_unit(self) -> None:
        self.assertGreaterEqual(len(panels()), 40)
        for panel in panels():
            with self.subTest(panel["title"]):
                self.assertTrue(panel["title"])
                self.assertGreater(len(panel["description"]), 15)
                self.assertIn(panel["fieldConfig"]["defaults"]["unit"], UNITS)
                self.assertTrue(panel["targets"])
                self.assertEqual(panel["datasource"]["uid"], "$datasource")

    def test_no_two_panels_share_a_number_a_title_or_a_place(self) -> None:
        everything = dashboard()["panels"]
        for key in ("id", "title"):
            self.assertEqual(len({panel[key] for panel in everything}), len(everything))
        for one, other in combinations(everything, 2):
            self.assertFalse(overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"]))
        for panel in everything:
            self.assertLessEqual(panel["gridPos"]["x"] + panel["gridPos"]["w"], 24, panel["title"])

    def test_every_legend_tells_its_series_apart(self) -> None:
        for panel in panels():
            legends = [target["legendFormat"] for target in panel["targets"]]
            self.assertEqual(len(set(legends)), len(legends), panel["title"])
            for target in panel["targets"]:
                with self.subTest(panel["title"], legend=target["legendFormat"]):
                    kept = re.search(r"\b(?:by|count by) \(([^)]*)\)", target["expr"])
                    kept_labels = set(kept[1].split(", ")) - {"le"} if kept else set()
                    self.assertLessEqual(kept_labels - {"severity"}, set(re.findall(r"\w+", target["legendFormat"])))

    def test_a_person_chooses_source_installation_process_and_range(self) -> None:
        names = [variable["name"] for variable in dashboard()["templating"]["list"]]
        self.assertEqual(names, ["datasource", "job", "process", "range"])
        used = set(re.findall(r"\$(\w+)", build.text()))
        self.assertEqual(used - {"__all"}, set(names))

    def test_colours_are_names_that_suit_light_and_dark(self) -> None:
        self.assertLessEqual(colours(dashboard()), COLOURS)
        self.assertNotRegex(build.text(), r"#[0-9a-fA-F]{3,8}\b|rgb\(")

    def test_provisioning_leads_to_it(self) -> None:
        sources = yaml.safe_load((GRAFANA / "provisioning/datasources/botdeck.yml").read_text())
        providers = yaml.safe_load((GRAFANA / "provisioning/dashboards/botdeck.yml").read_text())
        self.assertEqual([source["type"] for source in sources["datasources"]], ["prometheus"])
        self.assertEqual([provider["type"] for provider in providers["providers"]], ["file"])
        self.assertEqual((sources["apiVersion"], providers["apiVersion"]), (1, 1))
