"""Reads the rule files and dashboard of deploy/."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
RUNBOOKS = ROOT / "docs" / "runbooks"


@dataclass(frozen=True)
class Rule:
    """A recorded series or an alert; alerts alone have labels and annotations."""

    name: str
    expression: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def severity(self) -> str:
        """How soon a person should look."""
        return self.labels.get("severity", "")


@cache
def recorded() -> list[Rule]:
    """Return what botdeck.rules.yml records."""
    return list(_rules("botdeck.rules.yml", "record"))


@cache
def alerts() -> list[Rule]:
    """Return what botdeck.alerts.yml raises."""
    return list(_rules("botdeck.alerts.yml", "alert"))


def _rules(file: str, key: str) -> Iterator[Rule]:
    for group in yaml.safe_load((PROMETHEUS / file).read_text())["groups"]:
        for rule in group["rules"]:
            yield Rule(rule[key], rule["expr"], rule.get("labels", {}), rule.get("annotations", {}))


@cache
def dashboard() -> dict[str, Any]:
    """Return Grafana's dashboard."""
    read: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "botdeck.json").read_text())
    return read


def panels() -> list[dict[str, Any]]:
    """Return its panels, rows apart."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def panel_expressions() -> Iterator[tuple[str, str]]:
    """Yield title and PromQL of everything the dashboard asks, with examples for what a person chooses."""
    chosen = {"job": "botdeck", "process": ".*", "range": "5m"}
    asked = [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]
    asked += [(mark["name"], mark["expr"]) for mark in dashboard()["annotations"]["list"]]
    for title, expression in asked:
        yield title, re.sub(r"\$(job|process|range)\b", lambda name: chosen[name[1]], expression)
