"""The instrument: at import, each call `f(x)` of a module in scope becomes `__fault_point__(number, f)(x)`.

Install it before anything of botcore is imported. Line numbers stay right, and no compiled file is read or written.
"""

import ast
import builtins
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.faults.sites import ROOT, calls, files, first_number

POINT = "__fault_point__"

Point = Callable[[int, Any], Any]


class _Transformer(ast.NodeTransformer):
    """Wraps the function of each call that has a number."""

    def __init__(self, numbers: dict[ast.Call, int]) -> None:
        self._numbers = numbers

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Wrap it; first what is inside."""
        self.generic_visit(node)
        if (number := self._numbers.get(node)) is not None:
            point = ast.copy_location(ast.Name(POINT, ast.Load()), node.func)
            constant = ast.copy_location(ast.Constant(number), node.func)
            node.func = ast.copy_location(ast.Call(point, [constant, node.func], []), node.func)
        return node


def with_points(source: bytes | str, first: int) -> ast.Module:
    """Return the module's tree with its fault points, numbered from `first`."""
    tree = ast.parse(source)
    numbers = {call: first + index for index, (call, _) in enumerate(calls(tree))}
    instrumented: ast.Module = _Transformer(numbers).visit(tree)
    return ast.fix_missing_locations(instrumented)


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        file = Path(path).relative_to(ROOT).as_posix()
        return compile(with_points(self.get_data(path), first_number(file)), path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Take modules in scope; leave all others to the usual finders."""
        if not fullname.startswith(("botcore", "dashboard")):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or not Path(spec.origin).is_relative_to(ROOT):
            return None
        if Path(spec.origin).relative_to(ROOT).as_posix() not in files():
            return None
        spec.loader = _Loader(fullname, spec.origin)
        return spec


def install(point: Point) -> None:
    """Instrument what is imported from now on; `point(number, function)` returns the function, or raises."""
    early = [name for name in sys.modules if name.partition(".")[0] in {"botcore", "dashboard"}]
    if early:
        raise RuntimeError(f"imported before the instrument: {', '.join(early[:5])}")
    setattr(builtins, POINT, point)
    sys.meta_path.insert(0, _Finder())
