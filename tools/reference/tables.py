"""Mends tables that people write: of settings and metrics the meaning is theirs, the rest is the code's."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import override
from prometheus_client import Counter, Gauge
from prometheus_client.metrics import MetricWrapperBase

from botcore import metrics
from botcore.instruments import Reading
from botcore.runtime.settings import SETTINGS
from tools.reference.markdown import cell, code

SOURCE = Path(__file__).resolve().parents[2] / "botproject" / "settings.py"
ROW = re.compile(r"^\| `(?P<name>[\w.]+)`(?P<rest>.*)\|$", re.MULTILINE)
RANGE = re.compile(r"\d+–\d+")
RUNTIME_HEAD = "| setting | meaning; "


def settings_page(text: str) -> str:
    """Write the table of runtime settings, and defaults and ranges of the variables, as the code has them."""
    variables = _variables()
    head, table = text[: text.index(RUNTIME_HEAD)], text[text.index(RUNTIME_HEAD) :]
    title, line, *rest = table.split("\n")
    after = "\n".join(row for row in rest if not row.startswith("| "))
    with override("en"):
        rows = [
            f"| `{name}` | {setting.help} | {setting.limits()} | "
            f"{code(setting.environment) if setting.environment else setting.in_words(setting.default)} |"
            + (" needs a restart |" if setting.needs_restart else "")
            for name, setting in SETTINGS.items()
        ]
    head = ROW.sub(lambda row: _variable(row[0], variables.get(row["name"])), head)
    return head + "\n".join([title, line, *rows, after])


def _variables() -> dict[str, tuple[str, str]]:
    """Return default and range of each variable, as far as settings.py writes them as plain values."""
    found = {}
    for call in ast.walk(ast.parse(SOURCE.read_text())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "read":
            name, parse = call.args[0], call.args[1]
            default = next(word.value for word in call.keywords if word.arg == "default")
            bounds = [one.value for one in getattr(parse, "args", []) if isinstance(one, ast.Constant)]
            limits = "–".join(map(str, bounds)) if getattr(parse, "func", None) and len(bounds) == 2 else ""
            plain = default.value if isinstance(default, ast.Constant) else None
            value = str(int(plain)) if isinstance(plain, bool) else str(plain or "" if plain != 0 else 0)
            found[str(ast.literal_eval(name))] = (value, limits if RANGE.fullmatch(limits) else "")
    return found


def _variable(row: str, declared: tuple[str, str] | None) -> str:
    if not declared:
        return row
    default, limits = declared
    cells = _cells(row)
    if default and default not in cells[-1].replace("`", "").split(";")[0].split(" "):
        cells[-1] = code(default)
    whole = f"| {' | '.join(cells)} |"
    return RANGE.sub(limits, whole, count=1) if limits and limits != "1–65535" else whole


def metrics_page(text: str) -> str:
    """Write types and labels as the code has them; a metric without a row gets one, one that is gone loses it."""
    counted = {_exposed(metric): metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)}
    read = {metric.name: metric for metric in vars(metrics).values() if isinstance(metric, Reading)}
    first, between, second = text.partition("Only on the web, from the database:")
    return (
        _mended(first, counted, lambda name: f"{_kind(counted[name])} | {', '.join(counted[name]._labelnames)}")
        + between
        + _mended(second, read, lambda name: ", ".join(read[name].labels))
    )


def _mended(
    text: str, declared: "dict[str, MetricWrapperBase] | dict[str, Reading]", facts: Callable[[str], str]
) -> str:
    meanings = {row["name"]: _cells(row[0])[-1] for row in ROW.finditer(text)}
    order = [name for name in meanings if name in declared] + [name for name in declared if name not in meanings]
    rows = [f"| `{name}` | {facts(name)} | {meanings.get(name) or _help(declared[name])} |" for name in order]
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if ROW.fullmatch(line)]
    lines[places[0] : places[-1] + 1] = [row.replace("|  |", "| |") for row in rows]
    return "\n".join(lines)


def _cells(row: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def _exposed(metric: MetricWrapperBase) -> str:
    return str(metric._name) + ("_total" if isinstance(metric, Counter) else "")


def _kind(metric: MetricWrapperBase) -> str:
    return "counter" if isinstance(metric, Counter) else "gauge" if isinstance(metric, Gauge) else "histogram"


def _help(metric: MetricWrapperBase | Reading) -> str:
    return cell(metric.help_text if isinstance(metric, Reading) else metric._documentation)
