"""`make grafana`: writes the dashboard's JSON from rows/, so that what it shows can be read and reviewed there."""

import json
from itertools import count
from pathlib import Path
from typing import Any

from deploy.grafana.panels import Kind, Panel
from deploy.grafana.rows import ROWS

FILE = Path(__file__).parent / "dashboards" / "botdeck.json"
WIDTH = 24  # of Grafana's grid
SOURCE = {"type": "prometheus", "uid": "$datasource"}
Json = dict[str, Any]


def dashboard() -> Json:
    """Return what Grafana reads. Colours have names only, which Grafana adapts to its light and dark theme."""
    return {
        "uid": "botdeck",
        "title": "Botdeck",
        "description": "One Telegram bot: its updates, its calls, its errors, its database and its processes.",
        "tags": ["botdeck", "telegram"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": variables()},
        "annotations": {"list": [starts()]},
        "panels": laid_out(),
    }


def variables() -> list[Json]:
    """Return what a person chooses at the top."""
    metric = "botdeck_database_up"
    ranges = ["1m", "5m", "15m", "1h", "6h"]
    options = [{"text": one, "value": one, "selected": one == "5m"} for one in ranges]
    return [
        {"name": "datasource", "label": "Source", "type": "datasource", "query": "prometheus"},
        asked("job", "Installation", f"label_values({metric}, job)"),
        asked("process", "Process", 'label_values(botdeck_intake_held{job="$job"}, process)', everything=True),
        {
            "name": "range",
            "label": "Rates over",
            "type": "interval",
            "query": ",".join(ranges),
            "current": {"text": "5m", "value": "5m"},
            "options": options,
        },
    ]


def asked(name: str, label: str, query: str, *, everything: bool = False) -> Json:
    """Return a variable whose values Prometheus knows."""
    several = {"multi": True, "includeAll": True, "allValue": ".*", "current": {"text": "All", "value": "$__all"}}
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,  # with the time range: processes come and go
        "sort": 1,
        **(several if everything else {}),
    }


def starts() -> Json:
    """Return the marks at the times when a bot process began."""
    seen = 'botdeck_intake_held{job="$job"}'
    return {
        "name": "Starts of bots",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": "blue",
        "expr": f"count by (process) ({seen}) unless count by (process) ({seen} offset 1m)",
        "titleFormat": "{{process}} began",
        "step": "1m",
    }


def laid_out() -> list[Json]:
    """Return rows and panels, each with its place."""
    made: list[Json] = []
    top = 0
    for number, row in zip(count(1000), ROWS, strict=False):
        made.append(
            {"id": number, "type": "row", "title": row.title, "collapsed": False, "gridPos": place(0, top, WIDTH, 1)}
        )
        top, left, height = top + 1, 0, 0
        for panel in row.panels:
            if left + panel.width > WIDTH:
                top, left, height = top + height, 0, 0
            made.append(drawn(panel, place(left, top, panel.width, panel.height)))
            left, height = left + panel.width, max(height, panel.height)
        top += height
    return made


def place(left: int, top: int, width: int, height: int) -> Json:
    """Return a place on the grid."""
    return {"x": left, "y": top, "w": width, "h": height}


def drawn(panel: Panel, where: Json) -> Json:
    """Return a panel."""
    return {
        "id": panel.number,
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": where,
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for index, (legend, expression) in enumerate(panel.series.items())
        ],
        "fieldConfig": {"defaults": looks(panel), "overrides": []},
        "options": OPTIONS[panel.kind],
    }


def looks(panel: Panel) -> Json:
    """Return how its values are shown."""
    said: Json = {"unit": panel.unit, "color": {"mode": "thresholds" if panel.steps else "palette-classic"}}
    if panel.steps:
        said["thresholds"] = {
            "mode": "absolute",
            "steps": [{"value": value, "color": colour} for value, colour in panel.steps],
        }
    if panel.words:
        options = {
            str(value): {"text": text, "index": index} for index, (value, text) in enumerate(panel.words.items())
        }
        said["mappings"] = [{"type": "value", "options": options}]
    if panel.kind is Kind.CHART:
        said["min"] = 0
        said["custom"] = {
            "drawStyle": "line",
            "lineWidth": 1,
            "fillOpacity": 30 if panel.stacked else 0,
            "showPoints": "never",
            "spanNulls": False,  # a gap is a gap: a process that was away
            "stacking": {"mode": "normal" if panel.stacked else "none"},
        }
    return said


TOOLTIP = {"mode": "multi", "sort": "desc"}
OPTIONS: dict[Kind, Json] = {
    Kind.CHART: {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"], "showLegend": True},
        "tooltip": TOOLTIP,
    },
    Kind.FIGURE: {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "graphMode": "area",
        "textMode": "value_and_name",
    },
    Kind.STATES: {"showValue": "auto", "mergeValues": True, "rowHeight": 0.9, "tooltip": TOOLTIP},
}


def text() -> str:
    """Return the file as it should be."""
    return json.dumps(dashboard(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
