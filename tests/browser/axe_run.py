"""axe-core in a page: what it finds wrong for people who cannot see, point or tell colours apart."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
GRAVE = {"serious", "critical"}
# What a page promises: WCAG 2.2 A and AA.
Rules = dict[str, Any]
RULES: Rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COLOURS: Rules = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def findings(page: Page, rules: Rules = RULES, part: str = "html") -> list[str]:
    """Return the grave findings of the page, or of a part of it, a sentence each, with the place.

    DevTools run the script, as `evaluate` does: the page's policy, which allows no script of others, stays as it is.
    """
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("([part, rules]) => axe.run(part, rules)", [part, rules])
    return [
        f"{one['id']} ({one['impact']}): {node['target'][0]} – {node['html'][:160]} – {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
