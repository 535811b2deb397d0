"""The registry of fault points: every call in a function's body of the modules in scope, found in their source.

Left out: calls in decorators, defaults and annotations (they run at import), and the logger's own methods, which never
raise: what fails in a log handler goes to its handleError().
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = 60  # characters of a call that are shown

# The first area whose pattern fits has the file.
SCOPE = {
    "handlers": ("botcore/handlers/**/*.py",),
    "intake": ("botcore/intake/**/*.py",),
    "views": ("dashboard/views/**/*.py", "dashboard/endpoints.py", "dashboard/status.py"),
    "services": (
        "botcore/*/services.py",
        "botcore/alerts/maintenance.py",
        "botcore/alerts/triage.py",
        "botcore/alerts/conditions/services.py",
        "botcore/alerts/conditions/triage.py",
        "botcore/errors/regroup.py",
        "botcore/inbox/replay.py",
        "botcore/inbox/selection.py",
        "botcore/outbox/callback_data.py",
        "botcore/monitoring/events.py",
        "botcore/monitoring/rollups.py",
        "botcore/runtime/jobs/services.py",
        "botcore/runtime/log_levels.py",
        "botcore/runtime/settings.py",
        "botcore/runtime/settings_store.py",
    ),
    "jobs": (
        "botcore/alerts/conditions/sights.py",
        "botcore/alerts/conditions/trail.py",
        "botcore/alerts/conditions/watch.py",
        "botcore/alerts/decisions.py",
        "botcore/alerts/deliveries.py",
        "botcore/alerts/keeper.py",
        "botcore/alerts/spikes.py",
        "botcore/alerts/withdrawal.py",
        "botcore/backups/shelf.py",
        "botcore/backups/sqlite.py",
        "botcore/inbox/completer.py",
        "botcore/inbox/completion.py",
        "botcore/inbox/store.py",
        "botcore/inbox/takeover.py",
        "botcore/inbox/worker.py",
        "botcore/jobs/*.py",
        "botcore/lanes/leases.py",
        "botcore/monitoring/heart.py",
        "botcore/monitoring/history/facts.py",
        "botcore/monitoring/history/rollup.py",
        "botcore/monitoring/history/sampler.py",
        "botcore/monitoring/history/store.py",
        "botcore/monitoring/history/waiting.py",
        "botcore/outbox/journal.py",
        "botcore/outbox/progress.py",
        "botcore/outbox/sender.py",
        "botcore/outbox/store.py",
        "botcore/retention/clock.py",
        "botcore/retention/leftovers.py",
        "botcore/retention/sweeps.py",
        "botcore/runtime/duty.py",
        "botcore/runtime/jobs/run.py",
        "botcore/runtime/jobs/runner.py",
        "botcore/runtime/jobs/store.py",
        "botcore/runtime/jobs/thread.py",
        "botcore/runtime/level_watch.py",
    ),
}


@dataclass(frozen=True, slots=True)
class Site:
    """One call; `number` is its place in the registry."""

    number: int
    area: str
    file: str
    line: int
    function: str
    text: str

    @property
    def name(self) -> str:
        """What --only and --list show."""
        return f"{self.file}:{self.line} {self.function}: {self.text}"


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls that are fault points, with the function around each, in the order of the source."""
    for node in tree.body:
        yield from _outside(node, "")


def _outside(node: ast.AST, prefix: str) -> Iterator[tuple[ast.Call, str]]:
    """Look for functions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for statement in node.body:
            yield from _inside(statement, prefix + node.name)
    else:
        inner = f"{prefix}{node.name}." if isinstance(node, ast.ClassDef) else prefix
        for child in ast.iter_child_nodes(node):
            yield from _outside(child, inner)


def _inside(node: ast.AST, function: str) -> Iterator[tuple[ast.Call, str]]:
    """Look for calls."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for statement in node.body:
            yield from _inside(statement, f"{function}.{node.name}")
        return
    if isinstance(node, ast.Call) and not _is_log(node.func):
        yield node, function
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr_context):
            yield from _inside(child, function)


def _is_log(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "logger"
    )


@cache
def files() -> dict[str, str]:
    """Return the files in scope with their areas, in a fixed order."""
    found: dict[str, str] = {}
    for area, patterns in SCOPE.items():
        for pattern in patterns:
            for path in sorted(ROOT.glob(pattern)):
                found.setdefault(path.relative_to(ROOT).as_posix(), area)
    return found


@cache
def sites() -> tuple[Site, ...]:
    """Return the registry."""
    found: list[Site] = []
    for file, area in files().items():
        for call, function in calls(ast.parse((ROOT / file).read_text())):
            text = " ".join(ast.unparse(call).split())
            text = text if len(text) <= TEXT else text[: TEXT - 1] + "…"
            found.append(Site(len(found), area, file, call.lineno, function, text))
    return tuple(found)


@cache
def first_number(file: str) -> int:
    """Return the number of the file's first site."""
    return next((site.number for site in sites() if site.file == file), 0)


def matching(pattern: str) -> list[Site]:
    """Return the sites with this in their name; all for an empty one."""
    return [site for site in sites() if pattern in site.name]
