"""Tables and cells of Markdown, and reading declarations from source: what ast prints is the same in every Python."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

NOTE = "<!-- Written by `make reference` from the code: change it there. -->"


def page(title: str, *parts: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", NOTE, *(part for part in parts if part)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Make a table; a table without rows is nothing."""
    lines = [f"| {' | '.join(cell(str(one)) for one in row)} |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) if lines else ""


def cell(text: str) -> str:
    """Keep a text within its cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def code(text: str) -> str:
    """Mark as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def declared(thing: Callable[..., Any]) -> str:
    """Return a function's declaration as its source has it, with one argument a line where it is long."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
    if not isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef):
        raise TypeError(f"{thing!r} is no function")
    tree.decorator_list = []
    tree.body = [ast.Expr(ast.Constant(...))]
    line = " ".join(ast.unparse(tree).split()).removesuffix(": ...")
    line = re.sub(r"^(async )?def ", r"\1", line)
    if len(line) <= 110:
        return line
    opening, _, rest = line.partition("(")
    inside, _, ending = rest.rpartition(")")
    return opening + "(\n    " + ",\n    ".join(_split(inside)) + ",\n)" + ending


def _split(arguments: str) -> list[str]:
    """Split at commas that stand in no bracket."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(arguments):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            found.append(arguments[start:place].strip())
            start = place + 1
    return [*found, arguments[start:].strip()]


def prose(thing: object) -> str:
    """Return a docstring, with its paragraphs."""
    return inspect.getdoc(thing) or ""
