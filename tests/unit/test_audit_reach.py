"""Held by the source: each service that is told who wants something writes the audit; its actions are documented."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).parents[2]
RECORD = "botcore.audit.services.record"
# Those that write no entry themselves, each with the reason.
APART = {
    RECORD: "it is what writes",
    "botcore.errors.regroup.write_change": "a line of an error's history; the decisions that add it write the entry",
    "botcore.runtime.settings_store.set_setting": "where settings lie; what changes one for somebody writes the entry",
    "botcore.runtime.settings_store.clear_setting": "as set_setting",
    "botcore.alerts.triage.decide": "its verbs are in a table; each calls a service that writes the entry",
    "botcore.alerts.triage.decide_all": "as decide",
    "botcore.operators.arrivals.answered": "notes where the group shows an answer, whose service has written the entry",
    "botcore.people.notes.is_own": "only asks whose a note is",
}


class Package:
    """Every function of the package on module level, with those that it calls, by full names."""

    def __init__(self) -> None:
        self.arguments: dict[str, set[str]] = {}
        self.calls: dict[str, set[str]] = {}
        for path in (ROOT / "botcore").rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            self._read(module, ast.parse(path.read_text()))

    def reaches(self, name: str, goal: str) -> bool:
        """Tell whether a function calls another one, over as many others as it takes."""
        seen, ahead = set[str](), {name}
        while ahead:
            seen |= ahead
            ahead = {called for one in ahead for called in self.calls.get(one, ())} - seen
        return goal in seen

    def _read(self, module: str, tree: ast.Module) -> None:
        known = dict(imported(tree))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        known |= {node.name: f"{module}.{node.name}" for node in functions}
        for node in functions:
            name = f"{module}.{node.name}"
            self.arguments[name] = {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
            self.calls[name] = {
                ".".join([known.get(first, first), *rest]) for first, *rest in map(words_of, called(node)) if first
            }


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: its name there, and its full one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def called(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield what a function calls."""
    yield from (node.func for node in ast.walk(function) if isinstance(node, ast.Call))


def words_of(node: ast.expr) -> list[str]:
    """Return the words of `a.b.c`; an empty one in front for anything else."""
    if isinstance(node, ast.Attribute):
        return [*words_of(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]


def actions_of(tree: ast.Module) -> Iterator[str]:
    """Yield the actions that a module gives to record(), or to what gives them to it."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    constants = {node.targets[0].id: node.value for node in assigned if isinstance(node.targets[0], ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and words_of(node.func)[-1] in {"record", "_move"} and node.args:
            for part in ast.walk(node.args[0]):
                word = constants.get(part.id) if isinstance(part, ast.Name) else part
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


class ReachTests(SimpleTestCase):
    """The call graph."""

    def test_every_service_that_knows_who_wants_it_writes_the_audit(self) -> None:
        package = Package()
        told = {name for name, arguments in package.arguments.items() if "by" in arguments}
        public = {name for name in told if not name.rpartition(".")[2].startswith("_")}
        self.assertGreater(len(public), 20)
        self.assertEqual(APART.keys() - public, set())
        silent = {name for name in public - APART.keys() if not package.reaches(name, RECORD)}
        self.assertEqual(silent, set())

    def test_every_action_is_documented(self) -> None:
        writing = [
            path for path in (ROOT / "botcore").rglob("*.py") if "audit.services import record" in path.read_text()
        ]
        actions = {action for path in writing for action in actions_of(ast.parse(path.read_text()))}
        self.assertGreater(len(actions), 25)
        text = "\n".join(page.read_text() for page in (ROOT / "docs" / "operations").glob("*.md"))
        self.assertEqual([action for action in sorted(actions) if f"`{action}`" not in text], [])
