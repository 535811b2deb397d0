"""Prometheus' rules that raise alerts, and the checks whose light the bot itself watches."""

from pathlib import Path

import yaml

from botcore.monitoring.health import NAMES
from tools.reference.markdown import code, page, table

RULES = Path(__file__).resolve().parents[2] / "deploy" / "prometheus" / "botdeck.alerts.yml"
INTRODUCTION = """Alerts that Prometheus raises by `deploy/prometheus/botdeck.alerts.yml`, each with its runbook. `page`
wakes a person, `ticket` is for the next working day, `info` is to be known."""
CHECKS = """What `/statusz`, the page **Monitoring** and `/health` show as lights, in this order; the metric
`botdeck_check_light` has the same. [Operations](../operations/health.md#checks) says when each is yellow or red."""


def text() -> str:
    """Make the page."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    rows = [
        (
            f"[{rule['alert']}](../runbooks/{rule['alert']}.md)",
            rule["labels"]["severity"],
            rule.get("for", "at once"),
            rule["annotations"]["summary"],
        )
        for rule in rules
    ]
    alerts = table(("alert", "severity", "after", "meaning"), rows)
    return page("Alerts and checks", INTRODUCTION, alerts, "## Checks", CHECKS, ", ".join(map(code, NAMES)) + ".")
